import { createHook } from 'node:async_hooks';
import { gate } from './testing-fixtures/gate.js';
import type { DurableContext } from '../engine/context/durable-context.js';
import { withDurableExecution } from '../engine/invocation/with-durable-execution.js';
import type { DurableRun } from './run/durable-run.js';
import { DurableRunError } from './run/durable-run-error.js';
import { TestBench } from './test-bench.js';

const START_MS = Date.parse('2026-03-01T00:00:00Z');
const DAY_MS = 86_400_000;

/** A test bench with one function, `orders`. */
async function bench(
  handler: (input: { id: string }, context: DurableContext) => Promise<unknown>,
  { isManual = false } = {},
) {
  const made = await TestBench.open({ startMs: START_MS, isManual });
  made.run('orders', withDurableExecution(handler));
  const start = (id = '7'): Promise<DurableRun> => made.start('orders', JSON.stringify({ id }));
  return { bench: made, start };
}

describe('TestBench', () => {
  it('runs an execution through fourteen days at once', async () => {
    const { bench: made, start } = await bench(async ({ id }, context) => {
      const charged = await context.step('charge card', async () => `charged ${id}`);
      await context.wait('cooling-off', { days: 14 });
      return { charged };
    });
    const run = await start();
    await expect(run.result()).resolves.toEqual({ charged: 'charged 7' });
    expect(made.service.clock.now() - START_MS).toBeGreaterThanOrEqual(14 * DAY_MS);
    expect(run.step('charge card')).toMatchObject({ ran: 1, attempts: 1, status: 'SUCCEEDED', result: 'charged 7' });
    expect(run.invocations).toHaveLength(2);
    await made.close();
  });

  it('passes retries, and tells what each attempt came to', async () => {
    const { bench: made, start } = await bench(async (_input, context) => context.step('flaky', async () => 'done'));
    made.stubs.fail('flaky', new RangeError('no luck'), 2);
    const run = await start();
    await expect(run.result()).resolves.toBe('done');
    expect(run.step('flaky')).toMatchObject({ ran: 3, attempts: 3, status: 'SUCCEEDED' });
    await made.close();
  });

  it('fails with the recorded error and the timeline', async () => {
    const { bench: made, start } = await bench(async () => {
      throw new RangeError('out of stock');
    });
    const run = await start();
    await expect(run.result()).rejects.toThrow(/The execution is FAILED: RangeError: out of stock[^]*failed after/);
    await made.close();
  });

  it('tells how an execution has ended that was expected to come to some point', async () => {
    const { bench: made, start } = await bench(async (_input, context) => {
      await context.wait('cool down', { days: 1 });
      throw new RangeError('out of stock');
    });
    const run = await start();
    await expect(run.until({ step: 'charge' })).rejects.toMatchObject({
      message: expect.stringMatching(
        /The execution has ended before "charge" has started\.[^]*failed after[^]*RangeError: out of stock/,
      ),
      cause: expect.any(RangeError),
    });
    await made.close();
  });

  it('tells of an execution that was stopped without a reason', async () => {
    const { bench: made, start } = await bench(async (_input, context) => context.wait({ days: 1 }));
    const run = await (await start()).stop();
    await expect(run.result()).rejects.toThrow(/^The execution is STOPPED\.\n/);
    await made.close();
  });

  it('stops where it is told to, while nothing is answered', async () => {
    const seen: string[] = [];
    const { bench: made, start } = await bench(async (_input, context) => {
      await context.step('first', async () => seen.push('first'));
      await context.step('second', async () => seen.push('second'));
      return seen.length;
    });
    const run = await start();
    await run.until({ step: 'first', is: 'ended' });
    expect(seen).toEqual(['first']);
    await expect(run.result()).resolves.toBe(2);
    await made.close();
  });

  it('holds an execution where it was stopped while the test does other work, until the test lets time pass', async () => {
    const seen: string[] = [];
    const { bench: made, start } = await bench(async (_input, context) => {
      await context.step('first', async () => seen.push('first'));
      await context.step('second', async () => seen.push('second'));
      await context.wait('pause', { days: 1 });
    });
    const run = await start();
    await run.until({ step: 'second' });
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
    expect(seen).toEqual(['first']);
    await (await start()).result();
    expect(seen.toSorted()).toEqual(['first', 'first', 'second', 'second']);
    await made.close();
  });

  it('stops nothing while the test awaits another execution, which would wait for it', async () => {
    const { bench: made, start } = await bench(async (_input, context) => {
      await context.step('work', async () => 'done');
      await context.wait('pause', { days: 1 });
    });
    const [one, other] = [await start(), await start()];
    await Promise.all([one.until({ step: 'work' }), other.result()]);
    await one.result();
    await made.close();
  });

  it('is closed while an execution is held', async () => {
    const { bench: made, start } = await bench(async (_input, context) => context.step('work', async () => 'done'));
    await (await start()).until({ step: 'work' });
    await made.close();
  });

  it('goes on after a crash without running saved steps again', async () => {
    const seen: string[] = [];
    const { bench: made, start } = await bench(async (_input, context) => {
      await context.step('first', async () => seen.push('first'));
      await context.step('second', async () => seen.push('second'));
    });
    const run = await start();
    await run.until({ step: 'first', is: 'ended' });
    run.crash();
    await run.result();
    expect(seen).toEqual(['first', 'second']);
    expect(run.invocations).toHaveLength(2);
    await made.close();
  });

  it('refuses a crash while no code runs: the test would go on as if there had been one', async () => {
    const { bench: made, start } = await bench(async (_input, context) => context.wait('cool down', { hours: 1 }));
    const run = await start();
    await run.until({ suspended: true });
    expect(() => run.crash()).toThrow(/^None of its code runs, so crash\(\) has nothing to kill\..*\n[^]*cool down/);
    await run.result();
    expect(() => run.crash()).toThrow(DurableRunError);
    expect(run.invocations).toHaveLength(2);
    await made.close();
  });

  it('answers callbacks by their names, or lets them time out', async () => {
    const { bench: made, start } = await bench(async (_input, context) => {
      const approval = await context.waitForCallback('approval', async () => undefined, { timeout: { days: 3 } });
      const late = context.waitForCallback('late', async () => undefined, { timeout: { hours: 1 } });
      const [outcome] = await Promise.allSettled([late]);
      return [approval, outcome.status];
    });
    made.answers.set('approval', { value: 'yes' });
    made.answers.set('late', 'timeout');
    const run = await start();
    await expect(run.result()).resolves.toEqual(['yes', 'rejected']);
    await made.close();
  });

  it('holds an execution at a callback until somebody answers', async () => {
    const { bench: made, start } = await bench(async (_input, context) =>
      context.waitForCallback('approval', async () => undefined, { timeout: { minutes: 1 } }),
    );
    const run = await start();
    await run.until({ callback: 'approval' });
    await run.succeedCallback('approval', 'approved');
    await expect(run.result()).resolves.toBe('approved');
    await made.close();
  });

  it('lets time pass by hand', async () => {
    const { bench: made, start } = await bench(
      async (_input, context) => {
        await context.wait('one day', { days: 1 });
        return 'over';
      },
      { isManual: true },
    );
    const run = await start();
    await run.until({ suspended: true });
    await run.advance('23 hours');
    expect(run.isSuspended).toBe(true);
    await expect(run.result()).rejects.toThrow('Time is manual');
    await run.advance({ hours: 1 });
    expect(run.status).toBe('SUCCEEDED');
    await made.close();
  });

  it('ends a stalled step by its time-out', async () => {
    const { bench: made, start } = await bench(async (_input, context) =>
      context.step('slow', async () => 'never', {
        timeout: { minutes: 5 },
        retryStrategy: () => ({ shouldRetry: false }),
      }),
    );
    made.stubs.stall('slow');
    const run = await start();
    await expect(run.outcome()).resolves.toMatchObject({ status: 'FAILED' });
    expect(run.step('slow').error).toMatchObject({ type: 'StepTimeoutError' });
    await made.close();
  });

  it('keeps the records of an execution', async () => {
    const { bench: made, start } = await bench(async (_input, context) => context.logger.info('hello', 7));
    const run = await start();
    await run.result();
    expect(run.logs).toContainEqual({ level: 'INFO', params: ['hello', 7] });
    await made.close();
  });

  it('runs executions side by side', async () => {
    const first = gate();
    const { bench: made, start } = await bench(async ({ id }, context) => {
      await context.step('work', async () => (id === 'a' ? first.passed : undefined));
      await context.wait({ hours: 1 });
      return id;
    });
    const [a, b] = [await start('a'), await start('b')];
    const results = Promise.all([a.result(), b.result()]);
    first.open();
    await expect(results).resolves.toEqual(['a', 'b']);
    await made.close();
  });

  it('leaves no timer behind, also of invocations that were killed', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const { bench: made, start } = await bench(async (_input, context) => context.step('work', async () => 'done'));
    const run = await start();
    await run.until({ step: 'work' });
    run.crash();
    await expect(run.result()).resolves.toBe('done');
    await made.close();
    expect(timers()).toBe(before);
  });

  it.each([
    ['killed', (run: DurableRun) => void run.crash()],
    ['held until the end of the test', () => undefined],
  ])('leaves no timer behind that keeps an invocation in memory that was %s', async (_how, act) => {
    const armed = new Set<NodeJS.Timeout>();
    const hook = createHook({
      init: (...[, type, , resource]) => void (type === 'Timeout' && armed.add(resource as NodeJS.Timeout)),
    }).enable();
    const { bench: made, start } = await bench(async (_input, context) => context.step('work', async () => 'done'));
    const run = await start();
    await run.until({ step: 'work' });
    act(run);
    await made.close();
    hook.disable();
    expect(armed.size).toBeGreaterThan(0);
    expect([...armed].filter((timer) => !(timer as { _destroyed?: boolean })._destroyed)).toEqual([]);
  });

  it('names the call that the engine has refused', async () => {
    let invocations = 0;
    const { bench: made, start } = await bench(async (_input, context) => {
      invocations += 1;
      await context.step(`attempt ${invocations}`, async () => undefined);
      await context.wait({ hours: 1 });
    });
    const run = await start();
    await expect(run.result()).rejects.toThrow(
      /^The execution is FAILED for the call at .*test-bench\.spec\.ts:\d+:\d+: NonDeterministicExecutionError: /,
    );
    expect(run.step('attempt 1').calledAt).toMatch(/test-bench\.spec\.ts:\d+:\d+$/);
    await made.close();
  });
});
