import type { DurableContext, Serdes, WaitForConditionWaitStrategyFunc } from 'nestjs-durable-execution/engine';
import { register } from '../registry.js';

const base64Serdes: Serdes<string> = {
  serialize: async (value) => (value === undefined ? undefined : Buffer.from(value).toString('base64')),
  deserialize: async (data) => (data === undefined ? undefined : Buffer.from(data, 'base64').toString()),
};

const untilReached =
  (threshold: number, delaySeconds = 1): WaitForConditionWaitStrategyFunc<number> =>
  (state) =>
    state < threshold ? { shouldContinue: true, delay: { seconds: delaySeconds } } : { shouldContinue: false };

const increment = async (state: number): Promise<number> => state + 1;

const countTo = (context: DurableContext, threshold: number, initialState: number): Promise<number> =>
  context.waitForCondition(increment, { initialState, waitStrategy: untilReached(threshold) });

const pollFaultyCheck = (context: DurableContext): Promise<number> =>
  context.waitForCondition<number>(
    async () => {
      throw new Error('This check always fails.');
    },
    { initialState: 0, waitStrategy: untilReached(1) },
  );

register('6-1', (threshold: number, context) => countTo(context, threshold, 0));

register('6-2', (threshold: number, context) =>
  context.waitForCondition(async (state: number) => state, {
    initialState: 5,
    waitStrategy: untilReached(threshold),
  }),
);

register('6-4', (threshold: number, context) => countTo(context, threshold, 5));

register('6-5', (threshold: number, context) =>
  context.waitForCondition(increment, { initialState: 0, waitStrategy: untilReached(threshold, 2) }),
);

register('6-7', (_event, context) => pollFaultyCheck(context));

register('6-8', async (_event, context) => {
  try {
    return await pollFaultyCheck(context);
  } catch {
    return 'recovered';
  }
});

register('6-10', (_event, context) =>
  context.waitForCondition(async () => null, { initialState: null, waitStrategy: () => ({ shouldContinue: false }) }),
);

register('6-11', (_event, context) =>
  context.waitForCondition(async (state: string) => `${state}x`, {
    initialState: '',
    serdes: base64Serdes,
    waitStrategy: (state) =>
      state.length < 2 ? { shouldContinue: true, delay: { seconds: 1 } } : { shouldContinue: false },
  }),
);

register('6-13', async (_event, context) => {
  const first = await countTo(context, 2, 0);
  return countTo(context, 4, first);
});
