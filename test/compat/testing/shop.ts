import { Body, Controller, HttpCode, Inject, Injectable, Module, Post } from '@nestjs/common';
import { Durable, DurableClient, DurableContext, Step } from 'nestjs-durable-execution';

export interface Order {
  id: string;
}

@Injectable()
export class Payments {
  @Step('charge card')
  async charge({ id }: Order): Promise<string> {
    return `receipt of ${id}`;
  }

  @Step('refund')
  async refund({ id }: Order): Promise<string> {
    return `refund of ${id}`;
  }
}

@Injectable()
export class Fulfilment {
  constructor(
    @Inject(Payments) private readonly payments: Payments,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('fulfil')
  async fulfil(order: Order): Promise<{ receipt: string; parcel: string; at: string }> {
    const receipt = await this.payments.charge(order);
    try {
      const at = await this.context.now();
      await this.context.wait('cooling-off period', { days: 14 });
      const parcel = await this.context.step('ship', async () => `parcel of ${order.id}`);
      return { receipt, parcel, at: at.toISOString() };
    } catch (error) {
      await this.payments.refund(order);
      throw error;
    }
  }

  @Durable('careless')
  async careless(): Promise<number> {
    const at = Date.now(); // the line that the kit has to name
    return this.context.step('use it', async () => at);
  }
}

@Controller('orders')
export class OrdersController {
  constructor(@Inject(DurableClient) private readonly client: DurableClient) {}

  @Post()
  @HttpCode(202)
  async place(@Body() order: Order): Promise<{ executionArn: string }> {
    const { executionArn } = await this.client.for(Fulfilment, 'fulfil').start(order);
    return { executionArn };
  }
}

@Module({ providers: [Payments, Fulfilment], controllers: [OrdersController] })
export class ShopModule {}
