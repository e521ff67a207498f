import { setTimeout as delay } from 'node:timers/promises';
import type { DurableContext } from 'nestjs-durable-execution/engine';

/** What the requirements' functions are started with. */
export interface ScenarioInput {
  scenario: string;
  delay_seconds?: string;
}

export const TARGET_FUNCTION = 'otel-target';
const TARGET = `${TARGET_FUNCTION}:$LATEST`;

const fails = (message: string) => () => Promise.reject(new Error(message));
const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };
const oneSecond = { seconds: 1 };
/** Longer than a caller takes to suspend: the requirements count its invocations. */
const TARGET_DELAY_MS = 300;

type Program = (context: DurableContext, seconds: number) => Promise<unknown>;

const condition = (check: (state: number) => Promise<number>) => (context: DurableContext, name: string) =>
  context.waitForCondition(name, check, {
    initialState: 0,
    waitStrategy: (state) => (state < 2 ? { shouldContinue: true, delay: oneSecond } : { shouldContinue: false }),
  });

const flaky = (name: string, context: DurableContext, seconds: number) =>
  context.step(
    name,
    async ({ attempt }) => {
      if (attempt === 1) throw new Error('Intentional first failure');
      return 'retried';
    },
    { retryStrategy: () => ({ shouldRetry: true, delay: { seconds } }) },
  );

/** One program for each scenario of the requirements. */
export const scenarios: Readonly<Record<string, Program>> = {
  success: (context) => context.step('otel-success', async () => 'done'),
  'terminal-failure': (context) => context.step('otel-terminal-failure', fails('Intentional failure'), noRetry),
  'handled-failure': async (context) => {
    await context.step('otel-handled-failure', fails('Intentional failure'), noRetry).catch(() => undefined);
    return context.step('otel-recovery-step', async () => 'recovered');
  },
  'wait-resume': async (context) => {
    await context.wait('otel-wait', oneSecond);
    return context.step('otel-after-resume', async () => 'resumed');
  },
  'wait-interrupted': (context) => context.wait('otel-interrupted-wait', { seconds: 60 }),
  retry: (context) => flaky('otel-retry', context, 1),
  'child-context': (context) =>
    context.runInChildContext('otel-child-context', (child) => child.step('otel-child-step', async () => 'child')),
  'child-context-failure': (context) =>
    context.runInChildContext('otel-failed-child-context', fails('Intentional failure')),
  'virtual-context': (context) =>
    context.runInChildContext('otel-virtual-context', async () => 'virtual-complete', { virtualContext: true }),
  'parallel-hierarchy': async (context) => {
    const branch = (letter: string) => ({
      name: `otel-parallel-branch-${letter}`,
      func: (child: DurableContext) => child.step(`otel-parallel-step-${letter}`, async () => letter),
    });
    const all = await context.parallel('otel-parallel', [branch('a'), branch('b')], { maxConcurrency: 1 });
    return all.getResults();
  },
  'parallel-failure': async (context) => {
    const branches = [{ name: 'otel-failed-parallel-branch', func: fails('Intentional failure') }];
    (await context.parallel('otel-failed-parallel', branches)).throwIfError();
  },
  'map-hierarchy': async (context) => {
    const all = await context.map(
      'otel-map',
      [0, 1],
      (child, item) => child.step(`otel-map-step-${item}`, async () => item),
      { maxConcurrency: 1, itemNamer: (item) => `otel-map-iteration-${item}` },
    );
    return all.getResults();
  },
  'map-failure': async (context) => {
    const itemNamer = (item: number) => `otel-failed-map-iteration-${item}`;
    (await context.map('otel-failed-map', [0], fails('Intentional failure'), { itemNamer })).throwIfError();
  },
  'wait-for-condition': (context) => condition(async (state) => state + 1)(context, 'otel-condition'),
  'wait-for-condition-failure': (context) => condition(fails('Intentional failure'))(context, 'otel-failed-condition'),
  'wait-for-callback': (context) => context.waitForCallback('otel-callback', async () => undefined),
  'wait-for-callback-failure': (context) => context.waitForCallback('otel-failed-callback', async () => undefined),
  'chained-invoke': (context) => context.invoke('otel-invoke', TARGET, { scenario: 'success' }),
  'chained-invoke-failure': (context) => context.invoke('otel-failed-invoke', TARGET, { scenario: 'failure' }),
  'execution-failure': fails('Intentional failure'),
  'long-wait': async (context, seconds) => {
    await context.wait('otel-long-wait', { seconds });
    return context.step('otel-after-long-wait', async () => 'resumed');
  },
  'long-retry': (context, seconds) => flaky('otel-long-retry', context, seconds),
  'long-callback': (context) => context.waitForCallback('otel-long-callback', async () => undefined),
  'long-chained-invoke': (context, seconds) =>
    context.invoke('otel-long-invoke', TARGET, { scenario: 'wait', delay_seconds: String(seconds) }),
};

export async function playScenario({ scenario, delay_seconds = '1' }: ScenarioInput, context: DurableContext) {
  const program = scenarios[scenario];
  if (!program) throw new Error(`There is no scenario ${scenario}.`);
  return program(context, Number(delay_seconds));
}

export async function playTarget({ scenario, delay_seconds = '1' }: ScenarioInput, context: DurableContext) {
  await delay(TARGET_DELAY_MS);
  if (scenario === 'wait') await context.wait('otel-long-invoke-target-wait', { seconds: Number(delay_seconds) });
  if (scenario === 'failure') throw new Error('Intentional failure');
  return 'invoked';
}
