import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, ValidationPipe } from '@nestjs/common';
import { DurableClient } from 'nestjs-durable-execution';
import { type Order, type OrderItem, PlaceOrder } from './order.dto.js';
import { OrderFulfilment } from './order-fulfilment.service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly durable: DurableClient) {}

  /**
   * Starts the execution and responds immediately. The order's id is the execution's name, so a repeated post is
   * harmless.
   */
  @Post()
  @HttpCode(202)
  async place(
    @Body(new ValidationPipe({ transform: true, whitelist: true }))
    { orderId = randomUUID(), customer, items }: PlaceOrder,
  ) {
    const order: Order = { orderId, customer, items, totalCents: totalOf(items) };
    const { executionArn } = await this.fulfilment.start(order, { executionName: orderId });
    return { orderId, totalCents: order.totalCents, execution: executionArn, status: `/orders/${orderId}` };
  }

  @Get(':orderId')
  async find(@Param('orderId') orderId: string) {
    for await (const { executionArn } of this.fulfilment.list({ executionName: orderId })) {
      const { status, result, error } = await this.fulfilment.execution(executionArn).describe();
      return { orderId, status, result: result && (JSON.parse(result) as unknown), error };
    }
    throw new NotFoundException(`There is no order ${orderId}.`);
  }

  private get fulfilment() {
    return this.durable.for(OrderFulfilment, 'fulfil');
  }
}

function totalOf(items: OrderItem[]): number {
  return items.reduce((total, { quantity, priceCents }) => total + quantity * priceCents, 0);
}
