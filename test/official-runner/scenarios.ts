import type { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { WaitingOperationStatus } from '@aws/durable-execution-sdk-js-testing';
import type * as engine from '../../lib/engine/index.js';
import type { DurableContext } from '../../lib/engine/index.js';

/** What handlers import, from ours or from the official package. */
export type Sdk = typeof engine;
export type Runner = LocalDurableTestRunner<unknown>;

export interface Scenario {
  name: string;
  /** @param sdk - all that the handler imports */
  handler(sdk: Sdk): (event: never, context: DurableContext) => Promise<unknown>;
  payload?: unknown;
  /** Registers what is invoked, or plays the outside world while the execution runs. */
  drive?(runner: Runner, sdk: Sdk): Promise<void> | void;
  /** Runs without time skipping too: it depends on time, and takes a second or two. */
  inRealTime?: true;
  result?: unknown;
  /** For executions that fail. */
  error?: { errorType: string; errorMessage: string };
}

const retryOnce = () => ({ shouldRetry: true, delay: { seconds: 1 } });
const noRetry = () => ({ shouldRetry: false });
const oneSecond = { seconds: 1 };

type Answer = (operation: ReturnType<Runner['getOperation']>) => Promise<unknown>;

const answering =
  (name: string, status: WaitingOperationStatus, answer: Answer) =>
  async (runner: Runner): Promise<void> => {
    await answer(await runner.getOperation(name).waitForData(status));
  };

/** Every operation at least once, each in the ways in which it can end. */
export const scenarios: Scenario[] = [
  {
    name: 'steps and a wait',
    inRealTime: true,
    handler: () => async (event: { amount: number }, context) => {
      const doubled = await context.step('double', async () => event.amount * 2);
      await context.wait('cool down', oneSecond);
      return context.step('describe', async () => ({ doubled }));
    },
    payload: { amount: 21 },
    result: { doubled: 42 },
  },
  {
    name: 'a step that succeeds at its second attempt',
    inRealTime: true,
    handler: () => (_event, context) =>
      context.step(
        'charge',
        async ({ attempt }) => {
          if (attempt === 1) throw new TypeError('declined');
          return `charged at attempt ${attempt}`;
        },
        { retryStrategy: retryOnce },
      ),
    result: 'charged at attempt 2',
  },
  {
    name: 'a step that fails and is caught',
    handler: (sdk) => async (_event, context) => {
      try {
        return await context.step('charge', () => Promise.reject(new TypeError('declined')), {
          retryStrategy: noRetry,
        });
      } catch (error) {
        const { name, message, cause } = error as Error & { cause: Error };
        return { isStepError: error instanceof sdk.StepError, name, message, cause: cause.name };
      }
    },
    result: { isStepError: true, name: 'StepError', message: 'declined', cause: 'TypeError' },
  },
  {
    name: 'an at-most-once step',
    handler: (sdk) => (_event, context) =>
      context.step('charge', async () => 'charged', { semantics: sdk.StepSemantics.AtMostOncePerRetry }),
    result: 'charged',
  },
  {
    name: 'a step that fails the execution',
    handler: () => (_event, context) =>
      context.step('charge', () => Promise.reject(new TypeError('declined')), { retryStrategy: noRetry }),
    error: { errorType: 'StepError', errorMessage: 'declined' },
  },
  {
    name: 'a handler that throws',
    handler: () => async () => {
      throw new RangeError('no such order');
    },
    error: { errorType: 'RangeError', errorMessage: 'no such order' },
  },
  {
    name: 'the default retry strategy until it gives up',
    handler: () => (_event, context) => context.step('charge', () => Promise.reject(new TypeError('declined'))),
    error: { errorType: 'StepError', errorMessage: 'declined' },
  },
  {
    name: 'a long wait',
    handler: () => async (_event, context) => {
      await context.wait('a month', { days: 30 });
      return 'later';
    },
    result: 'later',
  },
  {
    name: 'child contexts inside each other',
    inRealTime: true,
    handler: () => (_event, context) =>
      context.runInChildContext('ship', async (ship) => {
        const label = await ship.runInChildContext('label', (child) => child.step('print', async () => 'printed'));
        await ship.wait('cool down', oneSecond);
        return { label };
      }),
    result: { label: 'printed' },
  },
  {
    name: 'a child context that fails and is caught',
    handler: (sdk) => async (_event, context) => {
      try {
        return await context.runInChildContext('ship', () => Promise.reject(new RangeError('no such address')));
      } catch (error) {
        const { name, message } = error as Error;
        return { isChildContextError: error instanceof sdk.ChildContextError, name, message };
      }
    },
    result: { isChildContextError: true, name: 'ChildContextError', message: 'no such address' },
  },
  {
    name: 'a virtual child context',
    handler: () => async (_event, context) => {
      const inside = await context.runInChildContext(
        'ship',
        async (child) => {
          await child.wait('cool down', oneSecond);
          return child.step('print', async () => 'printed');
        },
        { virtualContext: true },
      );
      return { inside };
    },
    result: { inside: 'printed' },
  },
  {
    name: 'a child context with a large result',
    handler: () => async (_event, context) => {
      const report = await context.runInChildContext(
        'report',
        async (child) => (await child.step('part', async () => 'x'.repeat(150_000))).repeat(2),
        { summaryGenerator: (text) => JSON.stringify({ length: text.length }) },
      );
      await context.wait('cool down', oneSecond);
      return report.length;
    },
    result: 300_000,
  },
  {
    name: 'a step beside a wait',
    inRealTime: true,
    handler: () => async (_event, context) => {
      const pause = context.wait('cool down', oneSecond);
      const charged = await context.step('charge', async () => 'charged');
      await pause;
      return charged;
    },
    result: 'charged',
  },
  {
    name: 'a callback that succeeds',
    inRealTime: true,
    handler: () => async (_event, context) => {
      const [answer, callbackId] = await context.createCallback('approval');
      await context.step('ask', async () => callbackId.length > 0);
      return answer;
    },
    drive: answering('approval', WaitingOperationStatus.STARTED, (callback) =>
      callback.sendCallbackSuccess('approved'),
    ),
    result: 'approved',
  },
  {
    name: 'a callback that fails and is caught',
    handler: (sdk) => async (_event, context) => {
      const [answer] = await context.createCallback('approval');
      try {
        return await answer;
      } catch (error) {
        const { message } = error as Error;
        return { isExternal: error instanceof sdk.CallbackExternalError, message };
      }
    },
    drive: answering('approval', WaitingOperationStatus.STARTED, (callback) =>
      callback.sendCallbackFailure({ ErrorMessage: 'refused', ErrorType: 'Refusal' }),
    ),
    result: { isExternal: true, message: 'refused' },
  },
  {
    name: 'a callback that times out',
    inRealTime: true,
    handler: (sdk) => async (_event, context) => {
      const [answer] = await context.createCallback('approval', { timeout: oneSecond });
      return answer.catch((error: unknown) => error instanceof sdk.CallbackTimeoutError);
    },
    result: true,
  },
  {
    name: 'waiting for a callback with a serdes',
    inRealTime: true,
    handler: () => (_event, context) =>
      context.waitForCallback<{ by: string }>('approval', async () => undefined, {
        serdes: { deserialize: async (text) => JSON.parse(text ?? '{}') as { by: string } },
      }),
    drive: answering('approval', WaitingOperationStatus.SUBMITTED, (callback) =>
      callback.sendCallbackSuccess('{"by":"ada"}'),
    ),
    result: { by: 'ada' },
  },
  {
    name: 'waiting for a callback whose submitter fails',
    handler: (sdk) => async (_event, context) => {
      const submitter = () => Promise.reject(new Error('mail server down'));
      try {
        return await context.waitForCallback('approval', submitter, { retryStrategy: noRetry });
      } catch (error) {
        const { message } = error as Error;
        return { isSubmitter: error instanceof sdk.CallbackSubmitterError, message };
      }
    },
    result: { isSubmitter: true, message: 'mail server down' },
  },
  {
    name: 'waiting for a condition',
    inRealTime: true,
    handler: () => (_event, context) =>
      context.waitForCondition('job', async (checks: number) => checks + 1, {
        initialState: 0,
        waitStrategy: (checks) => (checks < 3 ? { shouldContinue: true, delay: oneSecond } : { shouldContinue: false }),
      }),
    result: 3,
  },
  {
    name: 'waiting for a condition whose check fails',
    handler: () => (_event, context) =>
      context.waitForCondition('job', () => Promise.reject(new Error('no such job')), {
        initialState: 0,
        waitStrategy: () => ({ shouldContinue: false }),
      }),
    error: { errorType: 'StepError', errorMessage: 'no such job' },
  },
  {
    name: 'invoking a durable function',
    inRealTime: true,
    handler: () => (_event, context) => context.invoke('charge', 'payments:live', { amount: 3 }),
    drive: (runner, sdk) => {
      const payments = sdk.withDurableExecution(async (event: { amount: number }, context) => {
        await context.wait('cool down', oneSecond);
        return context.step('charge', async () => event.amount + 1);
      });
      runner.registerDurableFunction('payments:live', payments);
    },
    result: 4,
  },
  {
    name: 'invoking a plain function that fails',
    handler: (sdk) => async (_event, context) => {
      try {
        return await context.invoke('charge', 'payments', { amount: 3 });
      } catch (error) {
        const { message } = error as Error;
        return { isInvokeError: error instanceof sdk.InvokeError, message };
      }
    },
    drive: (runner) => {
      runner.registerFunction('payments', () => Promise.reject(new Error('declined')));
    },
    result: { isInvokeError: true, message: 'declined' },
  },
  {
    name: 'a map, two items at a time',
    inRealTime: true,
    handler: () => async (_event, context) => {
      const doubled = await context.map(
        'double',
        [1, 2, 3],
        async (child, item) => {
          await child.wait(oneSecond);
          return child.step('double', async () => item * 2);
        },
        { maxConcurrency: 2, itemNamer: (item) => `number ${item}` },
      );
      return { results: doubled.getResults(), reason: doubled.completionReason };
    },
    result: { results: [2, 4, 6], reason: 'ALL_COMPLETED' },
  },
  {
    name: 'a flat map that tolerates a failure',
    handler: (sdk) => async (_event, context) => {
      const doubled = await context.map(
        'double',
        [1, 2, 3],
        async (child, item) => {
          if (item === 2) throw new Error('two is not doubled');
          return child.step('double', async () => item * 2);
        },
        { nesting: sdk.NestingType.FLAT, completionConfig: { toleratedFailureCount: 1 } },
      );
      const errors = doubled.getErrors().map(({ message }) => message);
      return { results: doubled.getResults(), errors, status: doubled.status };
    },
    result: { results: [2, 6], errors: ['two is not doubled'], status: 'FAILED' },
  },
  {
    name: 'a map with a large result that is replayed',
    handler: () => async (_event, context) => {
      const parts = await context.map('part', [1, 2, 3], (child) => child.step(async () => 'x'.repeat(100_000)));
      await context.wait('cool down', oneSecond);
      return parts.getResults().join('').length;
    },
    result: 300_000,
  },
  {
    name: 'parallel branches with names',
    handler: () => async (_event, context) => {
      const trip = await context.parallel('trip', [
        { name: 'flight', func: (branch: DurableContext) => branch.step('book', async () => 'LH 400') },
        { name: 'hotel', func: async () => ({ stars: 4 }) },
      ]);
      return trip.getResults();
    },
    result: ['LH 400', { stars: 4 }],
  },
  {
    name: 'parallel branches of which one is enough',
    handler: () => async (_event, context) => {
      const quotes = await context.parallel<string>(
        'quotes',
        [
          async (branch) => {
            await branch.wait('slow', { minutes: 10 });
            return 'slow';
          },
          async () => 'fast',
        ],
        { completionConfig: { minSuccessful: 1 } },
      );
      return { results: quotes.getResults(), reason: quotes.completionReason };
    },
    result: { results: ['fast'], reason: 'MIN_SUCCESSFUL_REACHED' },
  },
  {
    name: 'promise combinators',
    handler: () => async (_event, context) => {
      const step = (name: string) => context.step(name, async () => name);
      const fails = () => context.step('fails', () => Promise.reject(new Error('no')), { retryStrategy: noRetry });
      const all = await context.promise.all('all', [step('a'), step('b')]);
      const any = await context.promise.any('any', [fails(), step('c')]);
      const race = await context.promise.race('race', [step('d')]);
      const settled = await context.promise.allSettled('settled', [step('e'), fails()]);
      return { all, any, race, settled: settled.map(({ status }) => status) };
    },
    result: { all: ['a', 'b'], any: 'c', race: 'd', settled: ['fulfilled', 'rejected'] },
  },
  {
    name: 'retrying several operations together',
    handler: (sdk) => (_event, context) =>
      sdk.withRetry(
        context,
        'order',
        async (attempts, attempt) => {
          const charged = await attempts.step(`charge ${attempt}`, async () => 'charged');
          if (attempt === 1) throw new Error('not shipped');
          return charged;
        },
        { retryStrategy: retryOnce },
      ),
    result: 'charged',
  },
  {
    name: 'a result too large to be answered',
    inRealTime: true,
    handler: () => async () => 'x'.repeat(6 * 1024 * 1024),
    result: 'x'.repeat(6 * 1024 * 1024),
  },
];
