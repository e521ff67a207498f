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
    const invocations = new Map<string, number>();
    const run = await sweeping(async (context) => {
      const { durableExecutionArn: arn } = context.executionContext;
      const price = (invocations.get(arn) ?? 0) + 1;
      invocations.set(arn, price);
      return context.step('charge', async () => ({ at: process.hrtime.bigint().toString(), price }));
    });
    await expect(run()).rejects.toThrow(
      /^Killed before checkpoint 1 of 2 \(START of STEP "charge", called at .*survives-every-crash\.spec\.ts:\d+:\d+\): the payload of Step "charge" \(called at .*\) was \{"at":"\d+","price":1\} and is \{"at":"\d+","price":2\}\./,
    );
  });

  it('finds runs alike whose steps return values that no two runs share, such as the time or a key', async () => {
    let runs = 0;
    const run = await sweeping(async (context) => {
      const payment = await context.step('charge', async ({ idempotencyKey }) => ({ id: (runs += 1), idempotencyKey }));
      await context.step('refuse', async () => Promise.reject(new Error(`no ${payment.id}`))).catch(() => undefined);
      return { paid: true, payment };
    });
    await expect(run()).resolves.toMatchObject({ checkpoints: expect.any(Number) });
  });

  it('finds a value that is lost, also if it always differs in a part', async () => {
    const invocations = new Map<string, number>();
    const run = await sweeping(async (context) => {
      const { durableExecutionArn: arn } = context.executionContext;
      invocations.set(arn, (invocations.get(arn) ?? 0) + 1);
      const isFirst = invocations.get(arn) === 1;
      const paidAt = process.hrtime.bigint().toString();
      return context.step('charge', async () => (isFirst ? { paidAt } : undefined));
    });
    await expect(run()).rejects.toThrow(
      /^Killed before checkpoint 1 .*the payload of Step "charge" .* was \{"paidAt":"\d+"\} and is absent/,
    );
  });

  it('checks the effects of every run, so that a check may also reset them', async () => {
    let charged = 0;
    const bench = await TestBench.open({ startMs: 0, isManual: false });
    const handler = withDurableExecution(async (_input, context) =>
      context.step('charge', async () => void (charged += 1)),
    );
    bench.run('orders', handler);
    let checks = 0;
    const check = () => {
      expect(charged).toBeGreaterThan(0);
      expect(charged).toBeLessThan(3);
      charged = 0;
      checks += 1;
    };
    const { runs } = await sweep(bench, () => bench.start('orders', '{}'), { check });
    expect(checks).toBe(2 + runs);
    await bench.close();
  });

  it('refuses a scenario whose undisturbed runs differ', async () => {
    let runs = 0;
    const run = await sweeping(async (context) => {
      runs += 1;
      if (runs > 1) await context.step('more', async () => undefined);
      await context.step('charge', async () => undefined);
    });
    await expect(run()).rejects.toThrow(
      /^Two undisturbed runs differ: Step "charge" .* is new.*same state of other systems/,
    );
  });

  it('runs with the stubs that are set before it', async () => {
    const bench = await TestBench.open({ startMs: 0, isManual: false });
    let ran = 0;
    bench.run(
      'orders',
      withDurableExecution(async (_input, context) => {
        await context.step('charge', async () => void (ran += 1));
        const [approval] = await context.createCallback('approval', { timeout: { days: 1 } });
        return approval;
      }),
    );
    bench.stubs.mock('charge', () => 'stubbed');
    bench.answerCallback('approval', { value: 'yes' });
    const results = new Set<unknown>();
    const scenario = () => {
      bench.answerCallback('of the scenario', { value: 'no' });
      return bench.start('orders', '{}');
    };
    await sweep(bench, scenario, { check: async (run) => results.add(await run.result()) });
    expect(ran).toBe(0);
    expect([...results]).toEqual(['yes']);
    // The stubs of a scenario end with it.
    expect([...bench.stubs.names, ...bench.answers.names]).toEqual(['charge', 'approval']);
    await bench.close();
  });

  it('finds a body that runs again after its end was saved', async () => {
    const run = await sweeping(async (context) => {
      const name = `charge ${Math.random()}`;
      await context.step(name, async () => undefined);
    });
    await expect(run()).rejects.toThrow('charge');
  });
});
