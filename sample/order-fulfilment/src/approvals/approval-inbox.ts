import { Injectable } from '@nestjs/common';
import { OutsideWorld } from '../outside/outside-world.js';
import type { Order } from '../orders/order.dto.js';

/** Where the back office finds what to approve. A real one would be a table, or a message to whoever decides. */
@Injectable()
export class ApprovalInbox {
  constructor(private readonly world: OutsideWorld) {}

  /** Files a question; whoever holds the callback id may answer it. */
  async ask({ orderId, customer, totalCents }: Order, callbackId: string): Promise<void> {
    this.world.record('approvals', 'asked', orderId, { customer, totalCents, callbackId });
  }

  callbackOf(orderId: string): string | undefined {
    return this.world.find('approvals', 'asked', orderId)?.callbackId as string | undefined;
  }
}
