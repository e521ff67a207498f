import {
  createWaitStrategy,
  type DurableContext,
  ExecutionError,
  NestingType,
  retryPresets,
  withDurableExecution,
} from 'nestjs-durable-execution/engine';
import type { DurableHandlerTest } from 'nestjs-durable-execution/testing';
import { quietLogger } from '../fixtures/quiet-logger.js';

/** A handler whose executions earlier versions have recorded. Never changed once it is released: add another. */
interface GoldenWorkflow {
  handler: ReturnType<typeof withDurableExecution>;
  input?: unknown;
  /** What the outside does while it is recorded. */
  prepare?: (test: DurableHandlerTest) => void;
}

const KILOBYTES_300 = 300 * 1024;

const workflow = <I>(
  body: (input: I, context: DurableContext) => Promise<unknown>,
  rest: Omit<GoldenWorkflow, 'handler'> = {},
): GoldenWorkflow => ({ handler: withDurableExecution(body as never, { logger: quietLogger }), ...rest });

export const workflows: Readonly<Record<string, GoldenWorkflow>> = {
  'steps-and-waits': workflow(
    async ({ id }: { id: string }, context) => {
      const first = await context.step('first', async () => ({ id, at: 1 }));
      await context.wait('a day', { days: 1 });
      await context.step(async () => undefined);
      const second = await context.step('second', async () => [first.id, null, 2.5], { subType: 'Charge' });
      return { first, second };
    },
    { input: { id: '7' } },
  ),

  'retries-and-errors': workflow(async (_, context) => {
    const caught = await context
      .step('refused', () => Promise.reject(new RangeError('too much')), { retryStrategy: retryPresets.linear })
      .catch((error: unknown) => (error as Error).message);
    const once = await context.step('once', async () => 'done', { semantics: 'AT_MOST_ONCE_PER_RETRY' });
    return { caught, once };
  }),

  'children-and-branches': workflow(async (_, context) => {
    const child = await context.runInChildContext('child', async (inner) => {
      await inner.wait('inside', { seconds: 5 });
      return inner.step('leaf', async () => 'leaf');
    });
    const mapped = await context.map('numbers', [1, 2, 3], (each, n) => each.step('double', async () => n * 2), {
      maxConcurrency: 2,
    });
    const flat = await context.map('flat', ['a', 'b'], (each, text) => each.step('upper', async () => text + text), {
      nesting: NestingType.FLAT,
    });
    const both = await context.parallel('both', [
      { name: 'left', func: (branch) => branch.step('left', async () => 'l') },
      { name: 'right', func: (branch) => branch.step('right', async () => 'r') },
    ]);
    return [child, mapped.getResults(), flat.getResults(), both.getResults()];
  }),

  'failed-items': workflow(async (_, context) => {
    const result = await context.map(
      'items',
      [1, 2, 3, 4],
      (each, n) =>
        each.step('odd', async () => (n % 2 ? n : Promise.reject(new Error(`${n} is even`))), {
          retryStrategy: retryPresets.noRetry,
        }),
      { completionConfig: { toleratedFailureCount: 2 } },
    );
    return { reason: result.completionReason, statuses: result.all.map(({ status }) => status) };
  }),

  'callbacks-and-conditions': workflow(
    async (_, context) => {
      const [promise, callbackId] = await context.createCallback('approval', { timeout: { days: 3 } });
      await context.step('ask', async () => callbackId.length > 0);
      const approval = await promise;
      const waited = await context.waitForCallback('second approval', async () => undefined);
      const count = await context.waitForCondition('three', async (state: number) => state + 1, {
        initialState: 0,
        waitStrategy: createWaitStrategy({ shouldContinuePolling: (state: number) => state < 3 }),
      });
      return { approval, waited, count };
    },
    {
      prepare: (test) => test.answerCallback('approval', 'yes').answerCallback('second approval', 'also'),
    },
  ),

  combinators: workflow(async (_, context) => {
    const all = await context.promise.all('all', [context.step('a', async () => 1), context.step('b', async () => 2)]);
    const settled = await context.promise.allSettled('settled', [
      context.step('c', async () => 3),
      context.step('d', () => Promise.reject(new Error('no')), { retryStrategy: retryPresets.noRetry }),
    ]);
    const first = await Promise.race([
      context.step('fast', async () => 'fast'),
      context.wait('patience', { hours: 1 }).then(() => 'slow'),
    ]);
    return { all, settled: settled.map(({ status }) => status), first };
  }),

  'large-result': workflow(async (_, context) => {
    const text = await context.runInChildContext('large', async (inner) => {
      const letter = await inner.step('letter', async () => 'x');
      return letter.repeat(KILOBYTES_300);
    });
    await context.wait('a while', { minutes: 1 });
    return text.length;
  }),

  'invoked-function': workflow(async (_, context) => context.invoke('billing', 'billing:live', { total: 7 }), {
    prepare: (test) => test.mockInvoke('billing', { paid: true }),
  }),

  'recorded-values': workflow(async (_, context) => {
    const at = await context.now();
    const id = await context.uuid('order id');
    const isNew = context.patched('count in pairs');
    const pairs = isNew ? await context.step('pairs', async () => 2) : 0;
    await context.wait('a minute', { minutes: 1 });
    const luck = await context.random();
    return { at: at.getTime(), length: id.length, pairs, isLucky: luck < 1 };
  }),

  saga: workflow(async (_, context) => {
    const outcome = context.saga(async (saga) => {
      await saga.step(
        'book',
        async () => 'booking 1',
        async () => undefined,
      );
      await saga.step(
        'pay',
        () => Promise.reject(new Error('no money')),
        async () => undefined,
        { retryStrategy: retryPresets.noRetry },
      );
    });
    return outcome.catch((error: unknown) => (error as Error).message);
  }),

  'failed-execution': workflow(async (_, context) => {
    await context.step('before', async () => 1);
    throw new ExecutionError('The order was cancelled.', { errorData: 'order 7' });
  }),
};
