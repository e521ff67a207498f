import {
  Body,
  type CanActivate,
  Controller,
  ForbiddenException,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Post,
  UseGuards,
} from '@nestjs/common';
import { Durable, DurableClient, DurableContext, Step } from 'nestjs-durable-execution';

interface Order {
  id: string;
}

/** The application that the snippets of docs/testing.md speak of. */
@Injectable()
export class Payments {
  @Step('charge card')
  async charge({ id }: Order): Promise<{ receipt: string }> {
    return { receipt: `charged ${id}` };
  }

  @Step('refund')
  async refund({ id }: Order): Promise<string> {
    return `refunded ${id}`;
  }
}

@Injectable()
export class OrderFulfilment {
  constructor(
    @Inject(Payments) private readonly payments: Payments,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('fulfil-order')
  async fulfil(order: Order): Promise<{ receipt: string; trackingNumber: string }> {
    const { receipt } = await this.payments.charge(order);
    try {
      await this.context.wait('cooling-off period', { days: 14 });
      const trackingNumber = await this.context.step('ship', async () => `T${order.id}`);
      await this.context.step('mail', async () => undefined).catch(() => undefined);
      return { receipt, trackingNumber };
    } catch (error) {
      await this.payments.refund(order);
      throw error;
    }
  }
}

/** The same, for orders that somebody has to approve. */
@Injectable()
export class ApprovedFulfilment {
  constructor(
    @Inject(Payments) private readonly payments: Payments,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('fulfil-approved')
  async fulfil(order: Order): Promise<{ trackingNumber: string }> {
    await this.payments.charge(order);
    const { approved } = await this.context.waitForCallback<{ approved: boolean }>('approval', async () => undefined);
    return { trackingNumber: approved ? `T${order.id}` : 'none' };
  }
}

@Injectable()
export class ApiKeyGuard implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

@Controller('orders')
@UseGuards(ApiKeyGuard)
export class OrdersController {
  constructor(@Inject(DurableClient) private readonly client: DurableClient) {}

  @Post()
  @HttpCode(202)
  async place(@Body() order: Record<string, string>): Promise<{ executionArn: string }> {
    const { executionArn } = await this.client.for(OrderFulfilment, 'fulfil').start({ id: order.id ?? '' });
    return { executionArn };
  }
}

@Module({ providers: [Payments, OrderFulfilment, ApprovedFulfilment], controllers: [OrdersController] })
export class AppModule {}
