import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { Durable, DurableContext } from 'nestjs-durable-execution';
import { Fulfilment, type Order, PaymentGateway } from './orders.js';

@Controller('orders')
export class OrdersController {
  constructor(
    @Inject(PaymentGateway) private readonly payments: PaymentGateway,
    @Inject(Fulfilment) private readonly fulfilment: Fulfilment,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Post()
  @Durable()
  async place(@Body() order: Order): Promise<{ receipt: string }> {
    const receipt = await this.payments.charge(order);
    await this.context.wait({ minutes: 5 });
    return { receipt };
  }

  @Get('health')
  health(): { ok: boolean } {
    return { ok: this.fulfilment instanceof Fulfilment };
  }
}
