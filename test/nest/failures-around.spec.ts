import {
  BadRequestException,
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  Module,
  UseInterceptors,
} from '@nestjs/common';
import {
  Compensate,
  createLambdaHandler,
  CurrentStep,
  Durable,
  DurableContext,
  DurableExecutionModule,
  Step,
} from 'nestjs-durable-execution';
import {
  DurableExecutionInvocationInputWithClient,
  ExecutionError,
  retryPresets,
} from 'nestjs-durable-execution/engine';
import { DurableTest, replayHistory } from 'nestjs-durable-execution/testing';
import { catchError, concatMap, defer, map, merge, type Observable, of, Subject, tap } from 'rxjs';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { handlerOf } from '../fixtures/nest-execution.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

/** What happened outside, in order. */
const world: string[] = [];

/** Emits while a step runs, which no replay does: so does a timer of an interceptor that no replay reaches. */
const late = new Subject<() => never>();

const tooSlow = (): never => {
  throw new RangeError('too slow');
};
const isRefused = (): never => {
  throw new ExecutionError('fraud', { errorData: 'order 7' });
};

/** As large as what is recorded of an error may be. */
const isLarge = (): never => {
  const { length } = JSON.stringify({ ErrorType: 'ExecutionError', ErrorMessage: 'large', ErrorData: '' });
  throw new ExecutionError('large', { errorData: 'x'.repeat(262_144 - length) });
};
const failures: Record<string, () => never> = { fraud: isRefused, large: isLarge };

const isBad = (): never => {
  throw new BadRequestException('no view');
};

/** Around a method that undoes its steps. */
const around = (make: (running: Observable<unknown>) => Observable<unknown>) =>
  UseInterceptors({ intercept: (_: ExecutionContext, next: CallHandler) => make(next.handle()) });

/** Fails as soon as code says so. */
const limited = (running: Observable<unknown>) => merge(running, late.pipe(tap((fail) => fail())));

/** Fails once in this process. */
let fails: (() => never) | undefined;
const failsOnce = async (value: unknown): Promise<unknown> => {
  const fail = fails;
  fails = undefined;
  await Promise.resolve();
  return fail ? fail() : value;
};

/** Whether an undo has begun: then an interceptor that fails until then passes. */
let isUndoing = false;
const failsUntilUndone = (value: unknown): unknown => (isUndoing ? value : tooSlow());

@Injectable()
class Shop {
  constructor(@Inject(CurrentStep) private readonly current: CurrentStep) {}

  @Step('reserve')
  async reserve(what: string): Promise<string> {
    world.push(`reserved ${what}`);
    return what;
  }

  @Compensate('reserve', { retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < 3, delay: { hours: 1 } }) })
  async release(what: string | undefined): Promise<void> {
    isUndoing = true;
    if (this.current.attempt === 1) throw new Error('busy');
    world.push(`released ${what}`);
  }

  @Step({ name: 'charge', retryStrategy: retryPresets.noRetry })
  async charge(): Promise<void> {
    world.push('charged');
  }

  @Compensate('charge', { retryStrategy: retryPresets.noRetry })
  async refund(): Promise<void> {
    throw new TypeError('no such payment');
  }
}

@Injectable()
class Orders {
  constructor(
    @Inject(Shop) private readonly shop: Shop,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @around(limited)
  @Durable('while a step runs')
  async whileStepRuns(fail: string): Promise<void> {
    await this.shop.reserve('a van');
    await this.hurry(fail);
    await this.context.step('ask', async () => world.push('asked'));
    await this.context.wait('a day', { days: 1 });
    await this.shop.reserve('a driver');
  }

  @around(limited)
  @Durable('before the next step')
  async beforeNextStep(fail: string): Promise<void> {
    await this.shop.reserve('a van');
    await this.hurry(fail);
    await this.shop.reserve('a driver');
  }

  @around((running) => running.pipe(catchError(() => of('swallowed'))))
  @around(limited)
  @Durable('with a failure that is swallowed')
  swallowed(fail: string): Promise<void> {
    return this.whileStepRuns(fail);
  }

  @around(limited)
  @Durable('as a stream')
  streamed(fail: string): Observable<unknown> {
    return defer(() => this.shop.reserve('a van')).pipe(
      concatMap(() => this.hurry(fail)),
      concatMap(() => this.context.wait('a day', { days: 1 })),
      concatMap(() => this.shop.reserve('a driver')),
    );
  }

  @around(limited)
  @Durable('over days')
  async overDays(): Promise<void> {
    for (const what of ['a van', 'a driver', 'a dock']) {
      // Code of its own, which takes a while in every invocation.
      await new Promise((resolve) => setImmediate(resolve));
      await this.shop.reserve(what);
      await this.context.wait('a day', { days: 1 });
    }
  }

  @around(limited)
  @Durable('beside a saga')
  async besideSaga(fail: string): Promise<void> {
    await this.context.saga(async (saga) => {
      await saga.step(
        'book',
        async () => world.push('booked'),
        (_, { attempt }) => {
          if (attempt === 1) throw new Error('busy');
          world.push('cancelled');
        },
      );
      await this.hurry(fail);
      await this.context.wait('a day', { days: 1 });
    });
  }

  @around((running) => running.pipe(concatMap(failsOnce)))
  @Durable('after the method')
  async afterMethod(): Promise<string> {
    await this.shop.reserve('a van');
    await this.context.wait('a day', { days: 1 });
    await this.shop.charge();
    return 'done';
  }

  @around((running) => running.pipe(map(failsUntilUndone)))
  @Durable('until something is undone')
  untilUndone(): Promise<string> {
    return this.afterMethod();
  }

  private hurry(fail: string): Promise<void> {
    return this.context.step('hurry', async () => late.next(failures[fail] ?? tooSlow));
  }
}

const metadata = {
  providers: [Shop, Orders],
  imports: [DurableExecutionModule.forRoot({ engine: { logger: quietLogger } })],
};

@Module(metadata)
class Application {}

const open = () => DurableTest.create(metadata);

beforeEach(() => {
  world.length = 0;
  fails = tooSlow;
  isUndoing = false;
});

describe('A failure of an interceptor that does not come again on a replay', () => {
  it.each([
    ['whileStepRuns', 'too slow', 'RangeError'],
    ['whileStepRuns', 'fraud', 'ExecutionError'],
    ['whileStepRuns', 'large', 'ExecutionError'],
    ['beforeNextStep', 'too slow', 'RangeError'],
    ['swallowed', 'fraud', 'ExecutionError'],
    ['streamed', 'too slow', 'RangeError'],
  ] as const)('is undone to the end in later invocations: %s, %s', async (method, fail, type) => {
    await using test = await open();
    const run = await test.start(Orders, method, fail);
    const { status, error } = await run.outcome();
    expect({ status, error }).toMatchObject({ status: 'FAILED', error: { type, message: fail } });
    expect(world).toEqual(expect.arrayContaining(['reserved a van', 'released a van']));
    expect(run.invocations).toHaveLength(2);
    expect(run.operation('undo reserve').attempts).toBe(2);
  });

  it('is undone to the end where a saga of the method still runs', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'besideSaga', 'too slow');
    expect((await run.outcome()).error).toMatchObject({ type: 'RangeError', message: 'too slow' });
    expect(world).toEqual(['booked', 'cancelled']);
  });

  it.each([
    [tooSlow, 'RangeError', 'too slow'],
    [isRefused, 'ExecutionError', 'fraud'],
    [isBad, 'BadRequestException', 'no view'],
  ])('fails the execution, although the interceptor would pass now: %p', async (fail, type, message) => {
    fails = fail;
    await using test = await open();
    const run = await test.start(Orders, 'afterMethod');
    const { status, error } = await run.outcome();
    expect({ status, error }).toMatchObject({ status: 'FAILED', error: { type } });
    expect(error?.message).toContain(`${message}. Then not everything could be undone: "charge" (TypeError`);
    expect(world).toEqual(['reserved a van', 'charged', 'released a van']);
  });

  it('is undone to the end when the process dies at any checkpoint', async () => {
    await using test = await open();
    const report = await test.survivesEveryCrash((fresh) => {
      isUndoing = false;
      return fresh.start(Orders, 'untilUndone');
    });
    expect(report.runs).toBeGreaterThan(12);
  }, 30_000);

  it.each([
    ['before the replay has come to what is to be undone', 1],
    ['before the replay has come to all of that', 4],
    ['when the replay is over', 1000],
  ])('is followed where the code had come before, if it comes %s', async (_, firstPageItems) => {
    const handler = handlerOf({ providers: [Shop, Orders] }, { handler: 'over days' });
    const service = Object.assign(new MemoryService(), { firstPageItems, pageItems: 1 });
    const invoke = async () => {
      const event = new DurableExecutionInvocationInputWithClient(service.event(), service);
      const ended = (await handler(event, lambdaContext())) as { Status: string };
      service.passTime();
      return ended;
    };
    await expect(invoke()).resolves.toEqual({ Status: 'PENDING' });
    await expect(invoke()).resolves.toEqual({ Status: 'PENDING' });
    // Without any record, the code does not start.
    let callsBefore = firstPageItems === 1 ? 1 : 0;
    service.interfere = async () => {
      if (callsBefore-- > 0) return;
      service.interfere = undefined;
      while (!late.observed) await new Promise((resolve) => setImmediate(resolve));
      late.next(tooSlow);
    };
    await expect(invoke()).resolves.toEqual({ Status: 'PENDING' });
    const ended = [await invoke(), await invoke(), await invoke()].find(({ Status }) => Status !== 'PENDING');
    expect(ended).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'RangeError', ErrorMessage: 'too slow' } });
    const reserved = world.filter((what) => what.startsWith('reserved'));
    expect(world.filter((what) => what.startsWith('released'))).toHaveLength(reserved.length);
    expect(reserved).toEqual(expect.arrayContaining(['reserved a van', 'reserved a driver']));
  });

  it('replays what an earlier version has recorded of it, if it comes again', async () => {
    await using test = await open();
    const run = await test.start(Orders, 'untilUndone');
    await run.outcome();
    isUndoing = false;
    const Events = run.events.filter(({ Name }) => Name !== 'failure around the method');
    expect(Events).toHaveLength(run.events.length - 2);
    const handler = createLambdaHandler(Application, { nest: { logger: false } });
    await expect(replayHistory(handler, { Events })).resolves.toEqual({ findings: [], next: [] });
  });
});
