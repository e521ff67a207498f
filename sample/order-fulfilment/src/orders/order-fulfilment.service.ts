import { Injectable } from '@nestjs/common';
import { Durable, DurableCtx, DurableInput } from 'nestjs-durable-execution';
import { createRetryStrategy, type DurableContext } from 'nestjs-durable-execution/engine';
import { ApprovalInbox } from '../approvals/approval-inbox.js';
import { Carrier } from '../outside/carrier.js';
import { PaymentGateway } from '../outside/payment-gateway.js';
import { Warehouse } from '../outside/warehouse.js';
import type { Order } from './order.dto.js';

/** From this total on, a human must approve. */
const LARGE_ORDER_CENTS = 100_000;

/** A gateway that does not answer is asked again after about 1, 2, 4 … seconds. */
const GATEWAY_RETRY = createRetryStrategy({ maxAttempts: 5, initialDelay: { seconds: 1 }, maxDelay: { seconds: 10 } });

/** How an order ends. */
export interface FulfilmentResult {
  orderId: string;
  status: 'shipped' | 'rejected';
  paymentId: string;
  trackingNumber?: string;
}

@Injectable()
export class OrderFulfilment {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly payments: PaymentGateway,
    private readonly carrier: Carrier,
    private readonly approvals: ApprovalInbox,
  ) {}

  /** Runs again from its first line after a crash, a wait or a retry; every step that has ended keeps its result. */
  @Durable('fulfil-order')
  async fulfil(@DurableInput() order: Order, @DurableCtx() context: DurableContext): Promise<FulfilmentResult> {
    const { orderId } = order;
    await context.step('reserve stock', () => this.warehouse.reserve(order));
    const paymentId = await context.step('charge card', ({ attempt }) => this.payments.charge(order, attempt), {
      retryStrategy: GATEWAY_RETRY,
    });
    await context.wait('cooling-off period', { seconds: 2 });

    if (order.totalCents >= LARGE_ORDER_CENTS && !(await this.isApproved(order, context))) {
      await context.step('refund', () => this.payments.refund(order, paymentId));
      await context.step('release stock', () => this.warehouse.release(order));
      return { orderId, status: 'rejected', paymentId };
    }

    const trackingNumber = await context.step('ship', () => this.carrier.ship(order));
    return { orderId, status: 'shipped', paymentId, trackingNumber };
  }

  /** Suspends, for days if need be, until someone has posted to `/orders/:id/approval`. */
  private async isApproved(order: Order, context: DurableContext): Promise<boolean> {
    const answer = await context.waitForCallback(
      'approval',
      (callbackId) => this.approvals.ask(order, callbackId),
      { timeout: { days: 3 } },
    );
    return (JSON.parse(answer) as { approved: boolean }).approved;
  }
}
