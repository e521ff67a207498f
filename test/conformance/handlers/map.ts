import {
  type BatchResult,
  type CompletionConfig,
  type DurableContext,
  type MapFunc,
  type Serdes,
} from 'nestjs-durable-execution/engine';
import { COUNTS, fail, projectionOf } from '../batch-projections.js';
import { register } from '../registry.js';

const ONE_BY_ONE = { maxConcurrency: 1 };

/** Four of these are more than a checkpoint holds. */
const LARGE_ITEM_CHARACTERS = 70 * 1024;

const upperCase: MapFunc<string, string> = async (_context, item) => item.toUpperCase();

/** Each item says how it ends. */
const runItems = (
  context: DurableContext,
  name: string,
  plan: { items: ('ok' | 'failing')[]; completionConfig: CompletionConfig },
): Promise<BatchResult<string>> =>
  context.map(name, plan.items, async (_context, item): Promise<string> => (item === 'ok' ? item : fail()), {
    ...ONE_BY_ONE,
    completionConfig: plan.completionConfig,
  });

const prefixSerdes: Serdes<string> = {
  serialize: async (value) => (value === undefined ? undefined : `wrapped:${value}`),
  deserialize: async (data) => data?.replace(/^wrapped:/, ''),
};

/** Writes a whole batch as `OPSERDE:` and its results. */
const wholeBatchSerdes: Serdes<BatchResult<string>> = {
  serialize: async (batch) => `OPSERDE:${batch?.getResults().join(',')}`,
  deserialize: async (data) => {
    const results = data?.replace(/^OPSERDE:/, '').split(',') ?? [];
    return batchOf(results);
  },
};

/** A batch of which all items ended well. */
function batchOf<T>(results: T[]): BatchResult<T> {
  const all = results.map((result, index) => ({ index, status: 'SUCCEEDED' as const, result }));
  return {
    all,
    status: 'SUCCEEDED',
    completionReason: 'ALL_COMPLETED',
    hasFailure: false,
    successCount: all.length,
    failureCount: 0,
    startedCount: 0,
    totalCount: all.length,
    succeeded: () => all,
    failed: () => [],
    started: () => [],
    getResults: () => results,
    getErrors: () => [],
    throwIfError: () => undefined,
  };
}

register('9-1', async (names: string[], context) => {
  const greet: MapFunc<string, string> = (item, name) => item.step(async () => `Hello, ${name}!`);
  return (await context.map('map', names, greet, ONE_BY_ONE)).getResults();
});

register('9-2', async (numbers: number[], context) =>
  (await context.map(numbers, async (_context, number) => number * 2, ONE_BY_ONE)).getResults(),
);

register('9-4', async (items: string[], context) => (await context.map('empty', items, upperCase)).getResults());

register('9-5', async (_event, context) => {
  const batch = await runItems(context, 'failfast', {
    items: ['ok', 'failing', 'ok'],
    completionConfig: { toleratedFailureCount: 0 },
  });
  return projectionOf(batch, [...COUNTS, 'status']);
});

register('9-7', async (_event, context) => {
  const batch = await runItems(context, 'min-successful', {
    items: ['ok', 'ok', 'ok', 'ok'],
    completionConfig: { minSuccessful: 2 },
  });
  return projectionOf(batch, ['completionReason', 'successCount', 'totalCount']);
});

register('9-8', async (_event, context) => {
  const batch = await runItems(context, 'tolerated', {
    items: ['ok', 'failing', 'ok'],
    completionConfig: { toleratedFailureCount: 1 },
  });
  return projectionOf(batch, [...COUNTS, 'status']);
});

register('9-10', async (_event, context) => {
  const batch = await runItems(context, 'tolerated-pct', {
    items: ['failing', 'failing', 'ok', 'ok'],
    completionConfig: { toleratedFailurePercentage: 25 },
  });
  return projectionOf(batch, COUNTS);
});

register('9-11', async (_event, context) => {
  const constant: MapFunc<string, string> = async (_context, item) => item;
  return (await context.map('concurrent', ['r0', 'r1', 'r2'], constant, { maxConcurrency: 2 })).getResults();
});

register('9-13', async (numbers: number[], context) => {
  const batch = await context.map('named-items', numbers, async (_context, number) => number * 10, {
    ...ONE_BY_ONE,
    itemNamer: (number) => `item-${number}`,
  });
  return batch.getResults();
});

register('9-14', async (_event, context) =>
  (await context.map('serdes', ['x', 'y'], upperCase, { ...ONE_BY_ONE, itemSerdes: prefixSerdes })).getResults(),
);

register('9-16', async (_event, context) => {
  const large: MapFunc<string, string> = async (_context, letter) => letter.repeat(LARGE_ITEM_CHARACTERS);
  const batch = await context.map('large', ['a', 'b', 'c', 'd'], large, ONE_BY_ONE);
  return projectionOf(batch, ['successCount', 'totalCount']);
});

register('9-17', async (_event, context) => {
  const batch = await context.map('then-wait', ['a', 'b'], upperCase, ONE_BY_ONE);
  await context.wait({ seconds: 1 });
  return batch.getResults();
});

register('9-19', async (_event, context) =>
  (await context.map('op-serde', ['x', 'y'], upperCase, { ...ONE_BY_ONE, serdes: wholeBatchSerdes })).getResults(),
);

register('9-20', async (_event, context) => {
  const batch = await context.map('op-serde-replay', ['x', 'y'], upperCase, {
    ...ONE_BY_ONE,
    serdes: wholeBatchSerdes,
  });
  await context.wait({ seconds: 1 });
  return batch.getResults();
});
