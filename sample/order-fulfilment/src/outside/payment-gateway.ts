import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { createRetryStrategy, CurrentStep, Step } from 'nestjs-durable-execution';
import type { Order } from '../orders/order.dto.js';
import { OutsideWorld } from './outside-world.js';

/** What the gateway's client throws when no response arrives. */
export class GatewayTimeout extends Error {
  override readonly name = 'GatewayTimeout';
}

/** If the gateway does not respond, the step is retried after about 1, 2, 4 … seconds. */
const GATEWAY_RETRY = createRetryStrategy({ maxAttempts: 5, initialDelay: { seconds: 1 }, maxDelay: { seconds: 10 } });

/** Milliseconds that a charge takes; long enough in the demo for a crash in the middle of it. */
const CHARGE_MS = Number(process.env.GATEWAY_MS ?? 0);

/**
 * A flaky gateway: the first request of every order is lost. It recognises a request by its key, and charges a key
 * once.
 */
@Injectable()
export class PaymentGateway {
  constructor(
    private readonly world: OutsideWorld,
    private readonly step: CurrentStep,
  ) {}

  /** If it is interrupted, it runs again; the key tells the gateway that it is the same request. */
  @Step({ name: 'charge card', retryStrategy: GATEWAY_RETRY, idempotent: true })
  async charge({ orderId, totalCents }: Order): Promise<string> {
    const { idempotencyKey } = this.step;
    const isFirstRequest = !this.world.find('payments', 'asked to charge', orderId);
    this.world.record('payments', 'asked to charge', orderId, { isFirstRequest, idempotencyKey });
    await pause(CHARGE_MS);
    if (isFirstRequest) throw new GatewayTimeout('The payment gateway did not answer in time.');
    if (this.world.find('payments', 'charged', orderId)?.idempotencyKey !== idempotencyKey) {
      this.world.record('payments', 'charged', orderId, { totalCents, idempotencyKey });
    }
    return `payment-${orderId}`;
  }

  @Step('refund')
  async refund({ orderId, totalCents }: Order, paymentId: string): Promise<void> {
    this.world.record('payments', 'refunded', orderId, { totalCents, paymentId });
  }
}
