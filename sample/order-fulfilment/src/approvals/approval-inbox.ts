import { Injectable } from '@nestjs/common';
import type { Order } from '../orders/order.dto.js';
import { OutsideWorld } from '../outside/outside-world.js';

/** Where the back office finds what to approve. A real one would send a message to whoever decides. */
@Injectable()
export class ApprovalInbox {
  constructor(private readonly world: OutsideWorld) {}

  /** Files a question; whoever holds the callback id, and the secret, may answer it. */
  async ask({ orderId, customer, totalCents }: Order, callbackId: string): Promise<void> {
    const answerTo = `/approvals/${encodeURIComponent(callbackId)}`;
    this.world.record('approvals', 'asked', orderId, { customer, totalCents, answerTo });
  }
}
