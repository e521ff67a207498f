import { Injectable } from '@nestjs/common';
import type { Order } from '../orders/order.dto.js';
import { OutsideWorld } from '../outside/outside-world.js';

/** Where the back office finds requests to approve. A real one would send a message to the approver. */
@Injectable()
export class ApprovalInbox {
  constructor(private readonly world: OutsideWorld) {}

  /** Files a request; only a sender with the callback id and the secret can decide it. */
  async ask({ orderId, customer, totalCents }: Order, callbackId: string): Promise<void> {
    const answerTo = `/approvals/${encodeURIComponent(callbackId)}`;
    this.world.record('approvals', 'asked', orderId, { customer, totalCents, answerTo });
  }
}
