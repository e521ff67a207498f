import { Injectable } from '@nestjs/common';
import { retryPresets, Step, StepSemantics } from 'nestjs-durable-execution';
import type { Order } from '../orders/order.dto.js';
import { OutsideWorld } from './outside-world.js';

@Injectable()
export class TextMessages {
  constructor(private readonly world: OutsideWorld) {}

  /** The provider accepts no keys, and two messages are worse than none: none is sent if the process dies here. */
  @Step({
    name: 'text the customer',
    semantics: StepSemantics.AtMostOncePerRetry,
    retryStrategy: retryPresets.noRetry,
  })
  async tellShipped({ orderId, customer }: Order): Promise<void> {
    this.world.record('messages', 'texted', orderId, { customer });
  }
}
