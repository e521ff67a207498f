import type { BatchResult } from '../../../lib/engine/operations/batch-config.js';
import type { DurableContext } from '../../../lib/engine/context/durable-context.js';
import type { AnySerdes } from '../../../lib/engine/base/serdes/serdes.js';
import type { HandlerOf } from './engines.js';

/** Two of these are more than what is saved as it is. */
const LARGE_CHARACTERS = 140 * 1024;

const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };
const second = { seconds: 1 };

const bad = (message: string) => async (): Promise<never> => {
  throw new TypeError(message);
};

/** An error with its causes, as a handler can see it. */
function tell(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause, errorType, errorData } = error as Error & { errorType?: string; errorData?: string };
  return { name, message, errorType, errorData, ...(cause !== undefined && { cause: tell(cause) }) };
}

function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.then((value) => ({ value }), tell);
}

function tellBatch<T>(batch: BatchResult<T>): unknown {
  const { completionReason, status, hasFailure, totalCount, successCount, failureCount, startedCount } = batch;
  const short = (value: unknown) => (typeof value === 'string' && value.length > 50 ? value.length : value);
  const all = batch.all.map((item) => ({ ...item, result: short(item.result), error: tell(item.error) }));
  const counts = { totalCount, successCount, failureCount, startedCount };
  return { all, completionReason, status, hasFailure, ...counts, results: batch.getResults().map(short) };
}

const marked: AnySerdes = {
  serialize: async (value, { entityId }) => `${entityId}:${JSON.stringify(value ?? null)}`,
  deserialize: async (text, { entityId }) => JSON.parse(text!.slice(entityId.length + 1)),
};

/** A handler for each operation, in the ways in which it is recorded; most then sleep, so that each is replayed too. */
export const handlers: Record<string, HandlerOf> = {
  'steps that succeed, fail and retry': () => async (context) => {
    const value = await context.step('value', async () => ({ at: new Date(0), nothing: undefined }));
    const failure = await settled(context.step('failure', bad('no'), noRetry));
    const retried = await context.step(
      'retried',
      async ({ attempt }) => (attempt < 3 ? bad(`attempt ${attempt}`)() : attempt),
      { retryStrategy: () => ({ shouldRetry: true, delay: second }) },
    );
    return [value, failure, retried];
  },

  'waits and callbacks': () => async (context) => {
    await context.wait('pause', second);
    const [result] = await context.createCallback('approval', { timeout: { hours: 1 } });
    const [refusal] = await context.createCallback('refused');
    return [await result, await settled(refusal)];
  },

  waitForCallback: () => async (context) => {
    const approval = await context.waitForCallback('approval', async () => undefined);
    const converted = await context.waitForCallback<unknown>('converted', async () => undefined, {
      serdes: { deserialize: async (text) => JSON.parse(text!) },
    });
    const refusal = await settled(context.waitForCallback('refused', async () => undefined));
    const submission = await settled(context.waitForCallback('unsubmitted', bad('no courier'), noRetry));
    await context.wait(second);
    return [approval, converted, refusal, submission];
  },

  waitForCondition:
    ({ createWaitStrategy, JitterStrategy }) =>
    async (context) => {
      const polled = await context.waitForCondition('job', async ({ checks }) => ({ checks: checks + 1 }), {
        initialState: { checks: 0 },
        waitStrategy: ({ checks }, attempt) =>
          checks < 3 ? { shouldContinue: true, delay: { seconds: attempt } } : { shouldContinue: false },
      });
      const failure = await settled(
        context.waitForCondition('broken', bad('no job'), {
          initialState: 0,
          waitStrategy: () => ({ shouldContinue: false }),
        }),
      );
      const waitStrategy = createWaitStrategy<number>({
        shouldContinuePolling: () => true,
        maxAttempts: 2,
        jitter: JitterStrategy.NONE,
      });
      const gaveUp = await settled(context.waitForCondition(async (state) => state, { initialState: 0, waitStrategy }));
      return [polled, failure, gaveUp];
    },

  invoke: () => async (context) => [
    await context.invoke('charge', 'echo:1', { amount: 5 }, { tenantId: 'acme' }),
    await context.invoke('echo:1', [1]),
    (await context.invoke('echo:1')) ?? 'nothing',
    await settled(context.invoke('failing:1', {})),
  ],

  'child contexts': () => async (context) => {
    const value = await context.runInChildContext('child', async (child) => {
      await child.wait(second);
      return child.runInChildContext((grandchild) => grandchild.step(async () => 'deep'));
    });
    const failure = await settled(context.runInChildContext((child) => child.step(bad('no'), noRetry)));
    const thrown = await settled(context.runInChildContext(bad('thrown')));
    const mapped = await settled(context.runInChildContext(bad('mapped'), { errorMapper: (error) => error }));
    await context.wait(second);
    return [value, failure, thrown, mapped];
  },

  'a child context over 256 KiB': () => async (context) => {
    const text = await context.runInChildContext('large', async (child) => {
      const half = () => child.step(async () => 'x'.repeat(LARGE_CHARACTERS));
      return (await half()) + (await half());
    });
    await context.wait(second);
    return text.length;
  },

  'virtual contexts': () => async (context) => {
    const value = await context.runInChildContext(
      'virtual',
      async (child) => {
        await child.runInChildContext('inside', (inner) => inner.wait(second));
        return child.step('then', async () => new Date(0));
      },
      { virtualContext: true },
    );
    const failure = await settled(context.runInChildContext(bad('no'), { virtualContext: true }));
    await context.step('after', async () => 1);
    await context.wait(second);
    return [value, failure];
  },

  'a map': () => async (context) => {
    const batch = await context.map('mail', ['a', 'b'], (item, to) => item.step(`to ${to}`, async () => to), {
      itemNamer: (to, index) => (index ? '' : `mail ${to}`),
    });
    await context.wait(second);
    return tellBatch(batch);
  },

  'a map with failures': () => async (context) => {
    const run = async (item: DurableContext, kind: string) => {
      if (kind === 'throws') await bad('thrown')();
      return kind === 'fails' ? item.step(bad('step'), noRetry) : kind;
    };
    const tolerant = { maxConcurrency: 1, completionConfig: { toleratedFailureCount: 2 } };
    const whole = await context.map('tolerant', ['ok', 'throws', 'fails'], run, tolerant);
    const cut = await context.map('strict', ['ok', 'throws', 'ok'], run, { maxConcurrency: 1 });
    await context.wait(second);
    return [tellBatch(whole), tellBatch(cut)];
  },

  'a map whose items wait one after the other': () => async (context) => {
    const batch = await context.map(
      [1, 2, 3],
      async (item, number) => {
        await item.wait({ seconds: number });
        return item.step(async () => number);
      },
      { maxConcurrency: 2 },
    );
    return tellBatch(batch);
  },

  'a flat map':
    ({ NestingType }) =>
    async (context) => {
      const batch = await context.map(
        'flat',
        [1, 2],
        async (item, number) => {
          const doubled = await item.step(async () => number * 2);
          await item.wait(second);
          if (number === 2) await bad('two')();
          return doubled;
        },
        { nesting: NestingType.FLAT, completionConfig: { toleratedFailureCount: 1 } },
      );
      await context.wait(second);
      return tellBatch(batch);
    },

  'a map over 256 KiB': () => async (context) => {
    const large = async (item: DurableContext, number: number) => {
      const text = await item.step(async () => 'x'.repeat(LARGE_CHARACTERS));
      return number === 1 ? bad('one')() : text;
    };
    const config = { completionConfig: { toleratedFailureCount: 1 }, summaryGenerator: () => 'mine' };
    const batch = await context.map('large', [0, 1, 2], large, config);
    await context.wait(second);
    return tellBatch(batch);
  },

  'a flat parallel over 256 KiB':
    ({ NestingType }) =>
    async (context) => {
      const large = (branch: DurableContext) => branch.step(async () => 'x'.repeat(LARGE_CHARACTERS));
      const batch = await context.parallel<string>('large', [large, large], { nesting: NestingType.FLAT });
      await context.wait(second);
      return tellBatch(batch);
    },

  'a parallel of named branches and batches': () => async (context) => {
    const batch = await context.parallel('trip', [
      { name: 'flight', func: async (branch: DurableContext) => (await branch.wait(second), 'LH1') },
      async (branch: DurableContext) =>
        (await branch.map('nights', [1, 2], (night, number) => night.step(async () => number))).getResults(),
    ]);
    await context.wait(second);
    return tellBatch(batch);
  },

  'batches that end early':
    ({ completeBatch, continueBatch, CompletionOutcome }) =>
    async (context) => {
      const one = async (_item: DurableContext, number: number) => number;
      const enough = await context.map('enough', [1, 2, 3], one, {
        maxConcurrency: 1,
        completionConfig: { minSuccessful: 2 },
      });
      const decided = await context.map('decided', [1, 2, 3], one, {
        maxConcurrency: 1,
        completionConfig: {
          shouldComplete: ({ completedCount }) =>
            completedCount < 2 ? continueBatch() : completeBatch(CompletionOutcome.FAILED),
        },
      });
      const none = await context.map('none', [1], one, { completionConfig: { shouldComplete: () => completeBatch() } });
      const empty = await context.parallel<number>('empty', []);
      await context.wait(second);
      return [enough, decided, none, empty].map(tellBatch);
    },

  'a parallel that abandons a branch': () => async (context) => {
    const branches = [
      (branch: DurableContext) => branch.step(async () => 'quick'),
      async (branch: DurableContext) => (await branch.wait({ hours: 1 }), 'never'),
    ];
    const batch = await context.parallel<string>('first', branches, { completionConfig: { minSuccessful: 1 } });
    await context.wait(second);
    return tellBatch(batch);
  },

  'batches with serdes of their own': () => async (context) => {
    const one = async (_item: DurableContext, number: number) => ({ number });
    const items = await context.map('items', [1, 2], one, { itemSerdes: marked, maxConcurrency: 1 });
    const whole = await context.map('whole', [1, 2], one, {
      serdes: {
        serialize: async (batch) =>
          batch
            ?.getResults()
            .map(({ number }) => number)
            .join(),
        deserialize: async (text) => text?.split(',') as never,
      },
      maxConcurrency: 1,
    });
    await context.wait(second);
    return [tellBatch(items), whole];
  },

  'a default serdes': () => async (context) => {
    context.configureSerdes({ defaultSerdes: marked });
    const batch = await context.map('map', [1], (item) => item.step(async () => 1));
    const approval = await context.waitForCallback('approval', async () => undefined);
    const condition = await context.waitForCondition(async (state: number) => state + 1, {
      initialState: 0,
      waitStrategy: (state) => (state < 2 ? { shouldContinue: true, delay: second } : { shouldContinue: false }),
    });
    const combined = await context.promise.all([context.step(async () => 1)]);
    const invoked = await context.invoke('same', 'echo:1', 1);
    return [tellBatch(batch), approval, condition, combined, invoked];
  },

  'promise combinators': () => async (context) => {
    const step = (value: number) => context.step(async () => value);
    const failure = () => context.step(bad('no'), noRetry);
    const all = await context.promise.all('all', [step(1), step(2)]);
    const allFailed = await settled(context.promise.all([failure(), step(2)]));
    const settledAll = await context.promise.allSettled<number>([failure(), step(2)]);
    const any = await context.promise.any<number>([failure(), step(2)]);
    const anyFailed = await settled(context.promise.any('any', [failure(), failure()]));
    const race = await context.promise.race<unknown>([context.wait({ hours: 1 }), step(3)]);
    const waits = await context.promise.all([context.wait(second), context.wait({ seconds: 2 })]);
    const told = settledAll.map((result) => (result.status === 'rejected' ? tell(result.reason) : result.value));
    return [all, allFailed, told, any, anyFailed, race, waits.length];
  },

  withRetry:
    ({ withRetry }) =>
    async (context) => {
      const thrice = (_error: Error, attempt: number) => ({ shouldRetry: attempt < 3, delay: { seconds: attempt } });
      const retried = await withRetry(
        context,
        'charge',
        async (attempts, attempt) => {
          await attempts.step(`try ${attempt}`, async () => attempt);
          return attempt < 3 ? bad('again')() : attempt;
        },
        { retryStrategy: thrice },
      );
      const failed = await settled(withRetry(context, bad('never'), { retryStrategy: thrice }));
      const bare = { retryStrategy: thrice, wrapWithRunInChildContext: false };
      const failedBare = await settled(withRetry(context, 'bare', bad('never'), bare));
      return [retried, failed, failedBare];
    },
};
