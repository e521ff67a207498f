import { lambdaContext, MemoryService } from '../../../test/fixtures/memory-service.js';
import { type DurableContext, type StepContext, StepSemantics, withDurableExecution } from '../index.js';
import { type Clock, systemClock } from '../base/clock.js';
import { idempotencyKey } from './idempotency-key.js';

const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function run(
  body: (context: DurableContext) => Promise<unknown>,
  { service = new MemoryService({}), clock = systemClock, leftMs = 60_000 } = {},
) {
  const handler = withDurableExecution(async (_event, context) => body(context), {
    durableExecutionClient: service,
    logger: quiet,
    clock,
  });
  return handler(service.event(), { ...lambdaContext(), getRemainingTimeInMillis: () => leftMs });
}

const keysOf = ({ idempotencyKey, attemptKey }: StepContext) => [idempotencyKey, attemptKey];

describe('The keys of a step', () => {
  it('are UUIDs that are the same in every invocation, and others in every operation', async () => {
    const seen: string[][] = [];
    const body = async (context: DurableContext) => {
      await context.step('a', async (step) => void seen.push(keysOf(step)));
      await context.step('b', async (step) => void seen.push(keysOf(step)));
    };
    await run(body);
    await run(body);
    const [a, b, ...again] = seen;
    expect(again).toEqual([a, b]);
    expect(new Set([...a!, ...b!]).size).toBe(4);
    for (const key of [...a!, ...b!]) expect(key).toMatch(UUID);
  });

  it('differ by attempt only where they are for one', async () => {
    const seen: string[][] = [];
    const retryStrategy = (_error: Error, attempt: number) => ({ shouldRetry: attempt < 2, delay: { seconds: 1 } });
    const service = new MemoryService({});
    const body = (context: DurableContext) =>
      context.step(
        async (step) => {
          seen.push(keysOf(step));
          throw new Error('no');
        },
        { retryStrategy },
      );
    await run(body, { service });
    service.passTime();
    await run(body, { service });
    expect(seen.map(([key]) => key)).toEqual([seen[0]![0], seen[0]![0]]);
    expect(seen[0]![1]).not.toBe(seen[1]![1]);
  });

  it('belong to one execution, and tell nothing of it', () => {
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:pay:1/durable-execution/one/1';
    expect(idempotencyKey(arn, 'c4ca4238a0b92382')).toBe(idempotencyKey(arn, 'c4ca4238a0b92382'));
    expect(idempotencyKey(arn, 'c4ca4238a0b92382')).not.toBe(idempotencyKey(`${arn}1`, 'c4ca4238a0b92382'));
  });

  it('are given to submitters of callbacks and to checks of conditions too', async () => {
    const seen: string[] = [];
    await run(async (context) => {
      await context.waitForCondition('check', async (_state, step) => seen.push(step.idempotencyKey), {
        initialState: 0,
        waitStrategy: () => ({ shouldContinue: false }),
      });
      await context.waitForCallback('ask', async (_id, step) => void seen.push(step.idempotencyKey));
    });
    expect(seen.map((key) => UUID.test(key))).toEqual([true, true]);
  });
});

describe('The signal of a step', () => {
  /** A clock that stands still until the test lets the next timer fire. */
  function heldClock() {
    const timers: Array<{ callback: () => void; delayMs: number }> = [];
    const clock: Clock = {
      ...systemClock,
      setTimer: (callback, delayMs) => {
        const timer = { callback, delayMs };
        timers.push(timer);
        return timer as never;
      },
      clearTimer: (timer) => void timers.splice(timers.indexOf(timer as never) >>> 0, 1),
    };
    return { clock, timers };
  }

  it('aborts three seconds before Lambda ends the invocation, so that the attempt is recorded as interrupted', async () => {
    const { clock, timers } = heldClock();
    const service = new MemoryService({});
    let left = 60_000;
    const handler = withDurableExecution(
      async (_event, context) =>
        context.step('long', async ({ signal }) => {
          const timer = timers.find(({ delayMs }) => delayMs === 57_000)!;
          left = 3_000;
          timer.callback();
          signal.throwIfAborted();
        }),
      { durableExecutionClient: service, logger: quiet, clock },
    );
    await handler(service.event(), { ...lambdaContext(), getRemainingTimeInMillis: () => left });
    expect(service.updates.at(-1)).toMatchObject({ Action: 'RETRY', Error: { ErrorType: 'StepInterruptedError' } });
  });

  it('leaves no timer when the body has ended, and sets none for a body that does not ask', async () => {
    const { clock, timers } = heldClock();
    const idle: number[] = [];
    await run(
      async (context) => {
        await context.step('asks', async ({ signal }) => signal.aborted, {
          semantics: StepSemantics.AtMostOncePerRetry,
        });
        idle.push(timers.filter(({ delayMs }) => delayMs === 57_000).length);
      },
      { clock },
    );
    expect(idle).toEqual([0]);
  });

  it('is not aborted by a deadline that does not come nearer', async () => {
    const { clock, timers } = heldClock();
    const output = await run(
      async (context) =>
        context.step(async ({ signal }) => {
          timers.find(({ delayMs }) => delayMs === 57_000)!.callback();
          return signal.aborted;
        }),
      { clock },
    );
    expect(output).toEqual({ Status: 'SUCCEEDED', Result: 'false' });
  });
});

describe('A copy of the context of a step', () => {
  it('has its logger and the number of the attempt', async () => {
    const seen: unknown[] = [];
    const messages: unknown[] = [];
    const logger = { ...quiet, info: (...params: unknown[]) => void messages.push(params) };
    const service = new MemoryService({});
    const handler = withDurableExecution(
      async (_event, context: DurableContext) =>
        context.step('copied', async (step) => {
          const copy = { ...step };
          seen.push(copy.attempt);
          copy.logger.info('from the copy');
        }),
      { durableExecutionClient: service, logger },
    );
    await handler(service.event(), lambdaContext());
    expect(seen).toEqual([1]);
    expect(messages).toEqual([['from the copy']]);
  });
});
