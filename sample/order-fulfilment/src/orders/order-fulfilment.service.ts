import { Injectable, UseGuards } from '@nestjs/common';
import { Durable, DurableContext, DurableInput } from 'nestjs-durable-execution';
import { ApprovalInbox } from '../approvals/approval-inbox.js';
import type { Approval } from '../approvals/approval.dto.js';
import { Carrier } from '../outside/carrier.js';
import { PaymentGateway } from '../outside/payment-gateway.js';
import { TextMessages } from '../outside/text-messages.js';
import { Warehouse } from '../outside/warehouse.js';
import { CustomerGuard } from './customer.guard.js';
import type { Order } from './order.dto.js';

/** From this total on, a human must approve. */
const LARGE_ORDER_CENTS = 100_000;

/** The result of an order. */
export interface FulfilmentResult {
  orderId: string;
  status: 'shipped' | 'rejected';
  paymentId: string;
  trackingNumber?: string;
}

@Injectable()
export class OrderFulfilment {
  constructor(
    private readonly context: DurableContext,
    private readonly warehouse: Warehouse,
    private readonly payments: PaymentGateway,
    private readonly carrier: Carrier,
    private readonly messages: TextMessages,
    private readonly approvals: ApprovalInbox,
  ) {}

  /**
   * Runs again from its first line after a crash, a wait or a retry. The methods it calls are `@Step()`s: a completed
   * step returns its recorded result.
   */
  @Durable('fulfil-order')
  @UseGuards(CustomerGuard)
  async fulfil(@DurableInput() order: Order): Promise<FulfilmentResult> {
    const { orderId } = order;
    await this.warehouse.reserve(order);
    const paymentId = await this.payments.charge(order);
    await this.context.wait('cooling-off period', { seconds: 2 });

    if (order.totalCents >= LARGE_ORDER_CENTS && !(await this.isApproved(order))) {
      await this.payments.refund(order, paymentId);
      await this.warehouse.release(order);
      return { orderId, status: 'rejected', paymentId };
    }
    const trackingNumber = await this.carrier.ship(order);
    // At most once: a message that may have been sent is not sent again, and the order is shipped either way.
    await this.messages.tellShipped(order).catch(() => undefined);
    return { orderId, status: 'shipped', paymentId, trackingNumber };
  }

  /** Suspends, for days if necessary, until the back office has decided. */
  private async isApproved(order: Order): Promise<boolean> {
    const { approved } = await this.context.waitForCallback<Approval>(
      'approval',
      (id) => this.approvals.ask(order, id),
      { timeout: { days: 3 } },
    );
    return approved;
  }
}
