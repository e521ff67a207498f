import { Inject, Injectable } from '@nestjs/common';
import { Durable, Step } from 'nestjs-durable-execution';
import { type DurableContext, retryPresets } from 'nestjs-durable-execution/engine';
import { loadOtherCopy } from './other-copy.js';

export interface Order {
  id: string;
}

@Injectable()
export class PaymentGateway {
  @Step({ retryStrategy: retryPresets.default })
  async charge({ id }: Order): Promise<string> {
    if (id !== 'unpaid') return `receipt of ${id}`;
    const { ExecutionError } = await loadOtherCopy();
    throw new ExecutionError('The card was refused.', { errorData: id });
  }
}

@Injectable()
export class Fulfilment {
  constructor(@Inject(PaymentGateway) private readonly payments: PaymentGateway) {}

  @Durable('fulfil-order')
  async fulfil(order: Order, context: DurableContext): Promise<{ receipt: string; parcel: string }> {
    const receipt = await this.payments.charge(order);
    await context.wait('cooling-off period', { minutes: 5 });
    const parcel = await context.step('ship', async () => `parcel of ${order.id}`);
    return { receipt, parcel };
  }

  /** There is a choice of handlers, so that names matter. */
  @Durable('cancel-order')
  async cancel(order: Order): Promise<Order> {
    return order;
  }
}
