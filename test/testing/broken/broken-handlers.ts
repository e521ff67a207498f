import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Durable, DurableContext, Step } from 'nestjs-durable-execution';
import { retryPresets, StepSemantics } from 'nestjs-durable-execution/engine';

/** Handlers with the mistakes that people make; the kit has to name the lines marked with `broken:`. */

export interface Order {
  id: string;
}

/** What the outside has seen. */
@Injectable()
export class Ledger {
  readonly entries: string[] = [];

  write(entry: string): string {
    this.entries.push(entry);
    return entry;
  }
}

@Injectable()
export class Shop {
  constructor(@Inject(Ledger) private readonly ledger: Ledger) {}

  @Step('charge card', { retryStrategy: retryPresets.noRetry })
  async charge({ id }: Order): Promise<string> {
    return this.ledger.write(`charged ${id}`);
  }

  @Step('ship', { retryStrategy: retryPresets.noRetry })
  async ship({ id }: Order): Promise<string> {
    return this.ledger.write(`shipped ${id}`);
  }

  @Step('refund', { retryStrategy: retryPresets.noRetry })
  async refund({ id }: Order): Promise<string> {
    return this.ledger.write(`refunded ${id}`);
  }
}

@Injectable()
export class NonDeterministic {
  static seen = 0;

  constructor(
    @Inject(Shop) private readonly shop: Shop,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('asks the clock')
  async asksTheClock(order: Order): Promise<string> {
    const isNight = new Date().getHours() < 6; // broken: clock
    if (isNight) await this.context.wait('morning', { hours: 6 });
    return this.shop.charge(order);
  }

  @Durable('counts in a variable')
  async countsInAVariable(order: Order): Promise<string> {
    NonDeterministic.seen += 1;
    if (NonDeterministic.seen % 2 === 0) await this.shop.ship(order); // broken: variable
    return this.shop.charge(order);
  }
}

@Injectable()
export class ChargesTwice {
  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('charges twice')
  async fulfil({ id }: Order): Promise<string> {
    return this.context.step('charge card', async () => this.ledger.write(`charged ${id}`)); // broken: once
  }

  @Durable('charges once')
  async chargesOnce({ id }: Order): Promise<string> {
    const charge = async () => this.ledger.write(`charged ${id}`);
    await this.context
      .step('charge card', charge, { semantics: StepSemantics.AtMostOncePerRetry })
      .catch(() => undefined);
    return this.context.step('look up', async () => `charged ${id}`);
  }

  @Durable('charges outside')
  async chargesOutside({ id }: Order): Promise<string> {
    const receipt = this.ledger.write(`charged ${id}`);
    await this.context.step('mail', async () => receipt); // broken: outside
    return receipt;
  }
}

@Injectable()
export class ForgetsRefund {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Durable('forgets the refund')
  async fulfil(): Promise<string> {
    let isCharged = false;
    try {
      await this.context.step('charge card', async () => void (isCharged = true)); // broken: compensation
      return await this.context.step('ship', async () => 'shipped', { retryStrategy: retryPresets.noRetry });
    } catch (error) {
      if (isCharged) await this.context.step('refund', async () => undefined);
      throw error;
    }
  }
}

@Injectable()
export class SwallowsFailure {
  constructor(@Inject(Shop) private readonly shop: Shop) {}

  @Durable('swallows the failure')
  async fulfil(order: Order): Promise<string> {
    await this.shop.charge(order).catch(() => undefined); // broken: swallowed
    await this.shop.ship(order);
    return 'done';
  }
}

@Injectable()
export class CutsOff {
  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('cuts off')
  async fulfil(order: Order): Promise<string> {
    await Promise.all([this.context.wait('cooling-off', { days: 14 }), this.#tellWarehouse(order)]);
    return 'done';
  }

  async #tellWarehouse({ id }: Order): Promise<void> {
    await sleep(2000); // broken: cut off
    this.ledger.write(`told the warehouse of ${id}`);
  }
}

@Injectable()
export class BeforeDeployment {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Durable('fulfil')
  async fulfil(): Promise<void> {
    await this.context.step('charge card', async () => undefined);
    await this.context.wait('cooling-off', { days: 14 });
  }
}

@Injectable()
export class AfterDeployment {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Durable('fulfil')
  async fulfil(): Promise<void> {
    await this.context.step('charge the card', async () => undefined); // broken: renamed
    await this.context.wait('cooling-off', { days: 14 });
  }
}

@Module({
  providers: [Ledger, Shop, NonDeterministic, ChargesTwice, ForgetsRefund, SwallowsFailure, CutsOff],
})
export class BrokenModule {}
