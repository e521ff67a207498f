import { type CanActivate, Inject, Injectable, SetMetadata, UseGuards } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  ChildContext,
  createLambdaHandler,
  Durable,
  DurableContext,
  DurableExecutionModule,
  Step,
} from 'nestjs-durable-execution';
import { defer, lastValueFrom, mergeMap, type Observable } from 'rxjs';
import { createRetryStrategy } from '../../lib/engine/base/retry/retry-strategy.js';
import { StepSemantics } from '../../lib/engine/operations/step-config.js';
import { lambdaContext, MemoryService, TEST_ARN } from '../fixtures/memory-service.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const journal: string[] = [];

@Injectable()
class Warehouse {
  private readonly shelf = 'A1';

  @Step()
  @SetMetadata('colour', 'green')
  async reserve(sku: string): Promise<string> {
    journal.push(`reserve ${sku}`);
    return `${sku} from ${this.shelf}`;
  }

  @Step({ name: 'pack parcel', semantics: StepSemantics.AtMostOncePerRetry })
  async pack(sku: string): Promise<string> {
    journal.push(`pack ${sku}`);
    return this.reserve(sku);
  }

  /** Nobody subscribes to the observable of a request. */
  @Step()
  async order(sku: string): Promise<Observable<string>> {
    return defer(async () => (journal.push(`order ${sku}`), sku));
  }

  @Step('flaky', { retryStrategy: createRetryStrategy({ maxAttempts: 2 }) })
  async flaky(): Promise<never> {
    journal.push('flaky');
    throw new Error('not today');
  }
}

/** Settings from JavaScript, which no compiler has checked. */
@Injectable()
class Unchecked {
  @Step('wrong', { retryStrategy: { maxAttempts: 2 } as never })
  async wrong(): Promise<void> {
    journal.push('wrong');
  }

  @Step('left out', { retryStrategy: null as never })
  async leftOut(): Promise<never> {
    journal.push('left out');
    throw new Error('not today');
  }
}

@Injectable()
class Shipping {
  constructor(
    @Inject(Warehouse) readonly warehouse: Warehouse,
    @Inject(Unchecked) readonly unchecked: Unchecked,
    @Inject(DurableContext) readonly context: DurableContext,
  ) {}

  @ChildContext('ship order')
  async ship(sku: string): Promise<string> {
    const reserved = await this.warehouse.reserve(sku);
    await this.context.wait('cool down', { hours: 1 });
    return `shipped ${reserved}`;
  }
}

type Body = (shipping: Shipping) => Promise<unknown>;

async function start(body: Body) {
  const client = new MemoryService({});
  @Injectable()
  class Handler {
    constructor(@Inject(Shipping) private readonly shipping: Shipping) {}
    @Durable()
    run(): Promise<unknown> {
      return body(this.shipping);
    }
  }
  const module = await Test.createTestingModule({
    imports: [DurableExecutionModule.forRoot({ client, engine: { logger: quietLogger } })],
    providers: [Warehouse, Unchecked, Shipping, Handler],
  }).compile();
  const handler = createLambdaHandler(module);
  return { module, client, invoke: () => handler(client.event(), lambdaContext()) };
}

beforeEach(() => (journal.length = 0));

describe('@Step()', () => {
  it('makes a call a step inside an execution', async () => {
    const { client, invoke } = await start(({ warehouse }) => warehouse.reserve('hat'));
    expect(await invoke()).toEqual({ Status: 'SUCCEEDED', Result: '"hat from A1"' });
    expect(client.operation('reserve')).toMatchObject({ Type: 'STEP', SubType: 'Step', Status: 'SUCCEEDED' });
    expect(await invoke()).toEqual({ Status: 'SUCCEEDED', Result: '"hat from A1"' });
    expect(journal).toEqual(['reserve hat']);
  });

  it('leaves the method plain outside executions', async () => {
    const { module } = await start(async () => undefined);
    expect(await module.get(Warehouse).reserve('hat')).toBe('hat from A1');
  });

  it('keeps the name and metadata of the method', () => {
    const { reserve } = Warehouse.prototype;
    expect([reserve.name, reserve.length, Reflect.getMetadata('colour', reserve)]).toEqual(['reserve', 1, 'green']);
  });

  it('is a part of the step it is called in', async () => {
    const { client, invoke } = await start(({ warehouse }) => warehouse.pack('hat'));
    expect(await invoke()).toMatchObject({ Status: 'SUCCEEDED' });
    expect([...client.operations.values()].slice(1).map(({ Name }) => Name)).toEqual(['pack parcel']);
    expect(journal).toEqual(['pack hat', 'reserve hat']);
  });

  it('fails, and says so, when it returns what has not begun', async () => {
    const { client, invoke } = await start(async ({ warehouse, context }) => {
      const failure: unknown = await warehouse.order('hat').catch((error: unknown) => String(error));
      await context.wait('an hour', { hours: 1 });
      return failure;
    });
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    client.passTime();
    expect(await invoke()).toMatchObject({
      Status: 'SUCCEEDED',
      Result: expect.stringMatching(/The result of Step .*order.* cannot be saved. The value .* it is an observable/),
    });
    expect([client.operation('order')?.Status, journal]).toEqual(['FAILED', []]);
  });

  it('retries by its own strategy', async () => {
    const { client, invoke } = await start(({ warehouse }) => warehouse.flaky());
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    client.passTime();
    expect(await invoke()).toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'not today' } });
    expect(journal).toEqual(['flaky', 'flaky']);
  });
});

describe('@Step() with a strategy that is none', () => {
  it('is refused at the call, not after its first failure', async () => {
    const { invoke } = await start(({ unchecked }) => unchecked.wrong());
    expect(await invoke()).toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorType: 'ConfigValidationError',
        ErrorMessage: 'The retryStrategy of Step "wrong" is { maxAttempts: 2 }. Give a function.',
      },
    });
    expect(journal).toEqual([]);
  });

  it('has the default strategy in place of null', async () => {
    const { client, invoke } = await start(({ unchecked }) => unchecked.leftOut());
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    expect(client.operation('left out')).toMatchObject({ Status: 'PENDING' });
  });
});

describe('@ChildContext()', () => {
  it('numbers operations by themselves, in children that run side by side too', async () => {
    const { client, invoke } = await start((shipping) => Promise.all([shipping.ship('hat'), shipping.ship('coat')]));
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    const parents = [...client.operations.values()].filter(({ Name }) => Name === 'ship order').map(({ Id }) => Id);
    const children = [...client.operations.values()].filter(({ ParentId }) => ParentId !== undefined);
    expect(parents).toHaveLength(2);
    for (const parent of parents) {
      const names = children.filter(({ ParentId }) => ParentId === parent).map(({ Name }) => Name);
      expect(names).toEqual(['reserve', 'cool down']);
    }
    client.passTime();
    expect(await invoke()).toEqual({
      Status: 'SUCCEEDED',
      Result: '["shipped hat from A1","shipped coat from A1"]',
    });
    expect(journal).toEqual(['reserve hat', 'reserve coat']);
  });
});

describe('DurableContext, injected', () => {
  it('is refused outside executions, saying so', async () => {
    const { module } = await start(async () => undefined);
    const context = module.get(DurableContext);
    expect(() => context.step(async () => 1)).toThrow('There is no durable execution here.');
    expect(await Promise.resolve(context)).toBe(context);
  });

  it('gives the logger and what is known of the execution inside a step, too', async () => {
    const { invoke } = await start(({ context }) =>
      context.step('charge', async () => {
        context.logger.info('charging');
        const { durableExecutionArn } = context.executionContext;
        return [durableExecutionArn, context.lambdaContext.awsRequestId];
      }),
    );
    expect(await invoke()).toEqual({ Status: 'SUCCEEDED', Result: JSON.stringify([TEST_ARN, 'request-1']) });
  });

  it('gives them in a guard, too, where the line is logged once', async () => {
    const lines: unknown[] = [];
    @Injectable()
    class Noting implements CanActivate {
      constructor(@Inject(DurableContext) private readonly context: DurableContext) {}
      canActivate(): boolean {
        this.context.logger.info(this.context.executionContext.durableExecutionArn);
        return true;
      }
    }
    @Injectable()
    class Guarded {
      @UseGuards(Noting)
      @Durable('guarded')
      async run(_input: unknown, context: DurableContext): Promise<void> {
        await context.wait('a day', { days: 1 });
      }
    }
    const logger = { ...quietLogger, info: (line: unknown) => void lines.push(line) };
    const handler = handlerOf({ providers: [Noting, Guarded], forRoot: { engine: { logger } } });
    expect(await runExecution(handler, {})).toMatchObject({ status: 'SUCCEEDED' });
    expect(lines).toEqual([expect.stringMatching(/^arn:/)]);
  });

  it('is refused inside a step, and not retried', async () => {
    const { invoke } = await start(({ context }) =>
      context.step('outer', async () => context.wait('pause', { seconds: 1 }).catch(() => undefined)),
    );
    expect(await invoke()).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringContaining('Wait "pause" was called inside Step "outer"') },
    });
  });
});

@Injectable()
class Callers {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Durable('called')
  async called(): Promise<number> {
    return this.context.step('called step', async () => 1);
  }

  @Durable('called stream')
  stream(): Observable<number> {
    return defer(() => this.context.step('streamed step', async () => 2));
  }

  @Durable('in a child')
  async inChild(): Promise<number[]> {
    const group = async () => {
      const streamed = this.stream().pipe(mergeMap((two) => this.context.step('received', async () => two)));
      return [await this.called(), await lastValueFrom(streamed)];
    };
    const values = await this.context.runInChildContext('group', group);
    await this.context.wait('a day', { days: 1 });
    return values;
  }

  @Durable('in a step')
  inStep(): Promise<number> {
    return this.context.step('outer', () => this.called());
  }
}

describe('A @Durable() method that another one calls', () => {
  const run = (handler: string) => runExecution(handlerOf({ providers: [Callers] }, { handler }), {});

  it('has the context of the code that calls it', async () => {
    const { status, result, names, service } = await run('in a child');
    expect({ status, result }).toEqual({ status: 'SUCCEEDED', result: [1, 2] });
    expect(names).toEqual(['group', 'called step', 'streamed step', 'received', 'a day']);
    const parent = service.operation('group').Id;
    for (const name of names.slice(1, 4)) expect(service.operation(name!).ParentId).toBe(parent);
  });

  it('is a part of the step it is called in', async () => {
    const { error, names } = await run('in a step');
    expect(error?.ErrorMessage).toContain('Step "called step" was called inside Step "outer"');
    expect(names).toEqual(['outer']);
  });
});
