import {
  type BatchItem,
  type BatchResult,
  completeBatch,
  type CompletionConfig,
  CompletionOutcome,
  continueBatch,
  type DurableContext,
  type DurablePromise,
  type InvokeConfig,
  type MapConfig,
  type MapFunc,
  NestingType,
  retryPresets,
  type StepConfig,
  type StepFunc,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';

/** Compiles only where the inferred type is exactly the stated one. */
type Exactly<T, U> = [T, U] extends [U, T] ? true : never;
const inferred = <T extends true>(..._values: unknown[]): T => true as T;

interface Quote {
  carrier: string;
  cents: number;
}

const config: StepConfig<Quote> = { retryStrategy: retryPresets.linear };
const quoting: StepFunc<Quote> = async ({ attempt, logger }) => {
  logger.warn('quoting', attempt);
  return { carrier: 'post', cents: 100 * attempt };
};

export async function steps(context: DurableContext) {
  const quote = await context.step('quote', quoting, config);
  inferred<Exactly<typeof quote, Quote>>(quote);
  const unnamed = await context.step(undefined, async () => 'text');
  inferred<Exactly<typeof unnamed, string>>(unnamed);
  const pending: DurablePromise<number> = context.step('later', async () => 3);
  return [quote.carrier, unnamed.length, await pending, pending.isExecuted] as const;
}

export async function callbacks(context: DurableContext) {
  const [answer, callbackId] = await context.createCallback('approval', {
    timeout: { days: 2 },
    heartbeatTimeout: { minutes: 10 },
  });
  const text: string = await answer;
  const [parsed] = await context.createCallback<Quote>({
    serdes: { deserialize: async (data) => JSON.parse(data ?? 'null') as Quote },
  });
  const cents: number = (await parsed).cents;
  const approval = await context.waitForCallback(
    'mail',
    async (id, { logger }) => logger.debug('asked', id, callbackId),
    { retryStrategy: retryPresets.noRetry, timeout: { hours: 3 } },
  );
  inferred<Exactly<typeof approval, string>>(approval);
  const choice = await context.waitForCallback<Quote>(async () => undefined);
  return { text, cents, approval, carrier: choice.carrier };
}

export async function invocations(context: DurableContext) {
  const options: InvokeConfig<{ amount: number }, Quote> = { tenantId: 'acme' };
  const quote = await context.invoke<{ amount: number }, Quote>('quote', 'quotes:live', { amount: 3 }, options);
  const other = await context.invoke<undefined, Quote>('quotes:live');
  return quote.cents + other.cents;
}

export async function children(context: DurableContext) {
  const total = await context.runInChildContext(
    'total',
    async (child) => {
      const [first, second] = await child.promise.all([child.step(async () => 1), child.step(async () => 2)]);
      return { sum: (first ?? 0) + (second ?? 0) };
    },
    { subType: 'Sum', summaryGenerator: ({ sum }) => `sum ${sum}`, virtualContext: false },
  );
  inferred<Exactly<typeof total, { sum: number }>>(total);
  return context.runInChildContext(async () => total.sum);
}

const perOrder: MapFunc<{ id: string }, number, never> = async (_context, { id }, index, all) =>
  id.length + index + all.length;

export async function batches(context: DurableContext) {
  const mapping: MapConfig<{ id: string }, number> = {
    maxConcurrency: 4,
    itemNamer: ({ id }, index) => `${id}-${index}`,
    nesting: NestingType.FLAT,
    completionConfig: { minSuccessful: 1, toleratedFailurePercentage: 10 },
    summaryGenerator: ({ totalCount }) => `${totalCount}`,
  };
  const mapped = await context.map(
    'orders',
    [{ id: 'a' }],
    async (child, { id }) => child.step(async () => id.length),
    mapping,
  );
  inferred<Exactly<typeof mapped, BatchResult<number>>>(mapped);
  const items: Array<BatchItem<number>> = mapped.all;
  mapped.throwIfError();

  const quorum: CompletionConfig = {
    shouldComplete: ({ successCount, failureCount, items: states }) => {
      if (successCount >= 2) return completeBatch();
      if (failureCount > 1 || states.length === 0) return completeBatch(CompletionOutcome.FAILED);
      return continueBatch();
    },
  };
  const same = await context.parallel<string>('quotes', [async () => 'a', { name: 'b', func: async () => 'b' }], {
    completionConfig: quorum,
  });
  const texts: string[] = same.getResults();

  const trip = await context.parallel('trip', [
    async (branch: DurableContext) => branch.step(async () => 'LH 400'),
    { name: 'hotel', func: async () => ({ stars: 4 }) },
  ] as const);
  const [flight] = trip.getResults();
  const either: string | { readonly stars: number } | undefined = flight;

  return {
    texts,
    either,
    perOrder,
    reason: mapped.completionReason,
    failed: mapped.failed().map(({ error, index }) => `${index} ${error.message}`),
    results: mapped.succeeded().map(({ result }) => result + 1),
    statuses: items.map(({ status }) => status),
    open: mapped.started().length + mapped.startedCount,
  };
}

export async function combinators(context: DurableContext) {
  const step = (n: number) => context.step(`step ${n}`, async () => n);
  const all = await context.promise.all('all', [step(1), step(2)]);
  inferred<Exactly<typeof all, number[]>>(all);
  const settled = await context.promise.allSettled([step(3), step(4)]);
  const any: number = await context.promise.any('any', [step(5)]);
  const race: number = await context.promise.race([step(6)]);
  return [all.length, settled.filter(({ status }) => status === 'rejected').length, any, race];
}

export const handler = withDurableExecution(async (_event: { id: string }, context) => {
  await steps(context);
  await callbacks(context);
  const { tenantId, functionName, clientContext } = context.lambdaContext;
  return [tenantId, functionName, clientContext?.client.appTitle, context.executionContext.durableExecutionArn];
});
