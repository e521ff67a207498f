import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, ValidationPipe } from '@nestjs/common';
import { DurableControlClient } from 'nestjs-durable-execution';
import { ApprovalInbox } from '../approvals/approval-inbox.js';
import { Approval, type Order, type OrderItem, PlaceOrder } from './order.dto.js';

/** A durable function is always invoked with a version, an alias or `$LATEST`. */
const FULFIL_FUNCTION = { functionName: 'fulfil-order', qualifier: '$LATEST' };

const validated = new ValidationPipe({ transform: true, whitelist: true });

@Controller('orders')
export class OrdersController {
  constructor(
    private readonly executions: DurableControlClient,
    private readonly approvals: ApprovalInbox,
  ) {}

  /** Starts the execution and answers at once. The order's id is the execution's name, so a repeated post is harmless. */
  @Post()
  @HttpCode(202)
  async place(@Body(validated) { orderId = randomUUID(), customer, items }: PlaceOrder) {
    const order: Order = { orderId, customer, items, totalCents: totalOf(items) };
    const { executionArn } = await this.executions.start({ ...FULFIL_FUNCTION, executionName: orderId, input: order });
    return { orderId, totalCents: order.totalCents, execution: executionArn, status: `/orders/${orderId}` };
  }

  @Get(':orderId')
  async find(@Param('orderId') orderId: string) {
    const query = { functionName: FULFIL_FUNCTION.functionName, executionName: orderId };
    for await (const { executionArn } of this.executions.list(query)) {
      const { status, result, error } = await this.executions.describe(executionArn);
      return { orderId, status, result: result && (JSON.parse(result) as unknown), error };
    }
    throw new NotFoundException(`There is no order ${orderId}.`);
  }

  /** The back office's answer for a large order: completes the callback that the execution waits for. */
  @Post(':orderId/approval')
  @HttpCode(204)
  async approve(@Param('orderId') orderId: string, @Body(validated) { approved }: Approval) {
    const callbackId = this.approvals.callbackOf(orderId);
    if (callbackId === undefined) throw new NotFoundException(`Order ${orderId} waits for no approval.`);
    await this.executions.sendCallbackSuccess(callbackId, JSON.stringify({ approved }));
  }
}

function totalOf(items: OrderItem[]): number {
  return items.reduce((total, { quantity, priceCents }) => total + quantity * priceCents, 0);
}
