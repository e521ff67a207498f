import type { DurableContext } from '../../engine/context/durable-context.js';
import { withDurableExecution } from '../../engine/invocation/with-durable-execution.js';
import { retryPresets } from '../../engine/base/retry/retry-presets.js';
import { StepSemantics } from '../../engine/operations/step-config.js';
import { TestBench } from '../test-bench.js';
import { sweep } from './survives-every-crash.js';

const ALL = ['throttle', 'stale-token', 'pause', 'kms'] as const;

async function sweeping(handler: (context: DurableContext) => Promise<unknown>) {
  const bench = await TestBench.open({ startMs: Date.parse('2026-03-01T00:00:00Z'), isManual: false });
  bench.run(
    'orders',
    withDurableExecution(async (_input, context) => handler(context)),
  );
  return (also: readonly (typeof ALL)[number][] = []) =>
    sweep(bench, () => bench.start('orders', '{}'), { also }).finally(() => bench.close());
}

describe('sweep', () => {
  it('finds that a sound handler comes to the same end, whatever happens at each of its checkpoints', async () => {
    const run = await sweeping(async (context) => {
      const ids = await context.map('reserve', ['a', 'b'], async (item, name) => item.step(name, async () => name));
      await context.wait('pause', { hours: 1 });
      const [left, right] = await Promise.all([
        context.step('left', async () => 1),
        context.runInChildContext('right', async (child) => child.step('inner', async () => 2)),
      ]);
      return [ids.getResults(), left, right];
    });
    const { checkpoints, runs } = await run(ALL);
    expect(checkpoints).toBeGreaterThan(5);
    expect(runs).toBe(checkpoints * 6);
  });

  it('lets a step that may run at most once fail where it is cut off, and looks at what becomes of that', async () => {
    const atMostOnce = { semantics: StepSemantics.AtMostOncePerRetry, retryStrategy: retryPresets.noRetry };
    const tell = (context: DurableContext) => context.step('tell', async () => undefined, atMostOnce);
    const unharmed = await sweeping((context) => tell(context).catch(() => undefined));
    await expect(unharmed()).resolves.toMatchObject({ runs: 4 });
    const harmed = await sweeping((context) => tell(context).catch((error: unknown) => (error as Error).name));
    await expect(harmed()).rejects.toThrow('the result of the execution was absent and is');
  });

  it('finds runs alike that differ in the time, the UUID and the number that they record', async () => {
    const run = await sweeping(async (context) => {
      await context.step('flaky', async () => undefined);
      const values = [await context.now(), await context.uuid(), await context.random()];
      await context.wait({ hours: 1 });
      return values;
    });
    await expect(run()).resolves.toMatchObject({ checkpoints: expect.any(Number) });
  });

  it('names the checkpoint, the line and the difference of a handler that is not', async () => {
    let invocations = 0;
    const run = await sweeping(async (context) => {
      invocations += 1;
      const price = invocations;
      return context.step('charge', async () => price);
    });
    await expect(run()).rejects.toThrow(
      /^Killed before checkpoint 1 of 2 \(START of STEP "charge", called at .*survives-every-crash\.spec\.ts:\d+:\d+\): the payload of Step "charge" \(called at .*\) was 1 and is 3\./,
    );
  });

  it('finds a body that runs again after its end was saved', async () => {
    const run = await sweeping(async (context) => {
      const name = `charge ${Math.random()}`;
      await context.step(name, async () => undefined);
    });
    await expect(run()).rejects.toThrow('charge');
  });
});
