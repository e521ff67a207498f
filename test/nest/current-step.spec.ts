import { Inject, Injectable } from '@nestjs/common';
import { CurrentStep, Durable, DurableContext, Step } from 'nestjs-durable-execution';
import { DurableTest } from 'nestjs-durable-execution/testing';

/** Charges a key once, as gateways do. */
class Gateway {
  readonly requests: string[] = [];
  readonly charged = new Set<string>();

  charge(key: string): void {
    this.requests.push(key);
    this.charged.add(key);
  }
}

const gateway = new Gateway();
let began: () => void = () => undefined;

@Injectable()
class Payments {
  constructor(@Inject(CurrentStep) private readonly step: CurrentStep) {}

  @Step('charge card')
  async charge(): Promise<string> {
    gateway.charge(this.step.idempotencyKey);
    began();
    await this.later();
    return `${this.step.name} ${this.step.attempt} ${this.step.isRunning}`;
  }

  /** Asked where no promise of the step's own leads. */
  async later(): Promise<void> {
    await Promise.resolve();
    if (this.step.attemptKey === this.step.idempotencyKey) throw new Error('no key of the attempt');
  }

  @Step('twice')
  async twice(): Promise<string> {
    return this.step.idempotencyKey;
  }
}

@Injectable()
class Jobs {
  constructor(
    @Inject(Payments) private readonly payments: Payments,
    @Inject(DurableContext) private readonly context: DurableContext,
    @Inject(CurrentStep) private readonly step: CurrentStep,
  ) {}

  @Durable('pay')
  async pay(): Promise<unknown> {
    const charged = await this.payments.charge();
    const keys = [await this.payments.twice(), await this.payments.twice()];
    await this.context.wait('a day', { days: 1 });
    return { charged, keys, outside: this.step.isRunning };
  }

  @Durable('ask outside')
  async askOutside(): Promise<unknown> {
    return this.step.idempotencyKey;
  }
}

const open = () => DurableTest.create({ providers: [Payments, Jobs] });

describe('CurrentStep', () => {
  beforeEach(() => {
    gateway.requests.length = 0;
    gateway.charged.clear();
  });

  it('gives a method with @Step() the key under which a gateway charges once, although the process died in it', async () => {
    await using test = await open();
    const run = await test.start(Jobs, 'pay');
    const crashed = new Promise<void>((resolve) => {
      began = () => {
        began = () => undefined;
        run.crash();
        resolve();
      };
    });
    const result = (await run.result()) as { charged: string; keys: string[]; outside: boolean };
    await crashed;
    expect(gateway.requests).toHaveLength(2);
    expect(gateway.charged.size).toBe(1);
    expect(result).toMatchObject({ charged: expect.stringMatching(/^charge card \d true$/), outside: false });
    expect(new Set([...result.keys, ...gateway.charged]).size).toBe(3);
  });

  it('says where it can be asked, when it is asked elsewhere', async () => {
    await using test = await open();
    const outcome = await (await test.start(Jobs, 'askOutside')).outcome();
    expect(outcome.error).toMatchObject({
      type: 'DurableConfigurationError',
      message: expect.stringContaining('no step here'),
    });
    await expect(async () => test.get(CurrentStep).attempt).rejects.toThrow('Use this in the body of a step');
    expect(test.get(CurrentStep).isRunning).toBe(false);
    await expect(test.get(Payments).twice()).rejects.toThrow('no step here');
  });
});
