import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Order } from '../orders/order.dto.js';
import { OutsideWorld } from './outside-world.js';

/** What the gateway's client throws when no answer comes. */
export class GatewayTimeout extends Error {
  override readonly name = 'GatewayTimeout';
}

/** Milliseconds that a charge takes; long enough in the demo for a crash in the middle of it. */
const CHARGE_MS = Number(process.env.GATEWAY_MS ?? 0);

/** A flaky gateway: the first request of every order is lost. It knows an order by its id, and charges it once. */
@Injectable()
export class PaymentGateway {
  constructor(private readonly world: OutsideWorld) {}

  async charge({ orderId, totalCents }: Order, attempt: number): Promise<string> {
    this.world.record('payments', 'asked to charge', orderId, { attempt });
    await pause(CHARGE_MS);
    if (attempt === 1) throw new GatewayTimeout('The payment gateway did not answer in time.');
    if (!this.world.find('payments', 'charged', orderId)) {
      this.world.record('payments', 'charged', orderId, { totalCents });
    }
    return `payment-${orderId}`;
  }

  async refund({ orderId, totalCents }: Order, paymentId: string): Promise<void> {
    this.world.record('payments', 'refunded', orderId, { totalCents, paymentId });
  }
}
