import { of, toArray } from 'rxjs';
import { failOnUnhandledRejections } from './support/unhandled-rejections.js';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import { ExecutionError } from '../../lib/engine/base/errors/execution-error.js';
import { DurableOperationError, InvokeError } from '../../lib/engine/base/errors/operation-errors.js';
import { withRetry } from '../../lib/engine/base/retry/with-retry.js';
import type { AnySerdes } from '../../lib/engine/base/serdes/serdes.js';
import { Stage } from './support/stage.js';
import { turns } from './support/turns.js';
import { unreadable } from './support/unreadable.js';

/*
 * A value that can never be saved fails the operation that it belongs to: catchably, as recorded wherever it can be, alike
 * on every run, and its body does not run again for it.
 */

/** Gives a value to be saved, by an operation called `op`; `ran` is called where the value is made. */
type Give = (context: DurableContext, make: () => unknown) => Promise<unknown>;

const asItIs: AnySerdes = { serialize: async (value) => String(value), deserialize: async () => 1n };
const done = () => ({ shouldContinue: false }) as const;
const twice = (_: unknown, attempt: number) =>
  attempt < 2 ? ({ shouldContinue: true, delay: { seconds: 1 } } as const) : done();
const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };

const OPERATIONS: Record<string, Give> = {
  'the result of a step': (context, make) => context.step('op', async () => make()),
  'the result of an at-most-once step': (context, make) =>
    context.step('op', async () => make(), { semantics: 'AT_MOST_ONCE_PER_RETRY' }),
  'the result of a condition': (context, make) =>
    context.waitForCondition('op', async () => make(), { initialState: 0 as unknown, waitStrategy: done }),
  'the first state of a condition': (context, make) =>
    context.waitForCondition('op', async (state) => state, { initialState: make(), waitStrategy: done }),
  'the second state of a condition': (context, make) =>
    context.waitForCondition('op', async (_, { attempt }) => (attempt === 2 ? make() : 1), {
      initialState: 0 as unknown,
      waitStrategy: twice,
    }),
  'the input of an invoke': (context, make) => context.invoke('op', 'f:1', make()),
};

/** What is too large for a step may be saved of a context: its body gives it again. */
const CONTEXTS: Record<string, Give> = {
  'the result of a child context': (context, make) => context.runInChildContext('op', async () => make()),
  'the result of a virtual context': (context, make) =>
    context.runInChildContext('op', async () => make(), { virtualContext: true }),
  'the result of withRetry': (context, make) => withRetry(context, 'op', async () => make(), noRetry),
  'the result of an item': async (context, make) => {
    const batch = await context.map('op', [1], async () => make());
    batch.throwIfError();
  },
  'the result of a virtual item': async (context, make) => {
    const batch = await context.map('op', [1], async () => make(), { nesting: 'FLAT' });
    batch.throwIfError();
  },
  'the result of a branch': async (context, make) =>
    (await context.parallel('op', [async () => make()])).throwIfError(),
  'what a combinator has come to': (context, make) => context.promise.all('op', [Promise.resolve(make())]),
  'what a combinator has settled to': (context, make) => context.promise.allSettled('op', [Promise.resolve(make())]),
};

const circle = () => {
  const circular: Record<string, unknown> = {};
  return Object.assign(circular, { circular });
};

const NO_JSON: Record<string, () => unknown> = {
  'a list of promises that nobody awaits': () => [Promise.resolve(1), Promise.resolve(2)],
  'what holds a promise': () => ({ order: { items: [], receipt: Promise.resolve(7) } }),
  'what holds an observable': () => ({ orders: [of(1).pipe(toArray())] }),
  'a bigint': () => ({ amount: 1n }),
  'a circle': circle,
  'what throws while it is written': () => ({ toJSON: () => unreadable() }),
  'what cannot be read': () => ({ inside: unreadable() }),
};
const TOO_LARGE = { 'too large': () => 'x'.repeat(1_100_000) };

const casesOf = (operations: Record<string, Give>, values: Record<string, () => unknown>) =>
  Object.entries(operations).flatMap(([operation, give]) =>
    Object.entries(values).map(([value, make]) => [operation, value, give, make] as const),
  );

function seenOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause } = error;
  return { name, message, isOurs: error instanceof DurableOperationError, cause: seenOf(cause) };
}

failOnUnhandledRejections();
afterEach(() => turns(3));

describe('A value that can never be saved', () => {
  it.each([...casesOf(OPERATIONS, { ...NO_JSON, ...TOO_LARGE }), ...casesOf(CONTEXTS, NO_JSON)])(
    'fails as %s: %s',
    async (_operation, _value, give, make) => {
      const seen: unknown[] = [];
      const stage = new Stage(async (context) => {
        const failure: unknown = await give(context, make).catch((error: unknown) => error);
        seen.push(seenOf(failure));
        await context.step('compensate', async () => 'done');
        await context.wait('pause', { seconds: 1 });
        return 'caught';
      });

      await expect(stage.result()).resolves.toBe('caught');

      expect(seen.at(-1)).toMatchObject({ isOurs: true });
      expect(JSON.stringify(seen.at(-1))).toMatch(
        /cannot be saved\. The value .*UnsavableValueError|UnsavableValueError.*cannot be saved/,
      );
      expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(stage.actions.filter((action) => / RETRY op$/.test(action)).length).toBeLessThanOrEqual(1);
    },
  );

  it('may be what its serdes refuses for good, also when it is read again after a suspension', async () => {
    const keyDeleted = () => Promise.reject(new ExecutionError('the key was deleted'));
    let reads = 0;
    const unwritable: AnySerdes = { serialize: keyDeleted, deserialize: async () => 1 };
    const unreadableLater: AnySerdes = {
      serialize: async () => '1',
      deserialize: () => ((reads += 1) === 1 ? Promise.resolve(1) : keyDeleted()),
    };
    for (const serdes of [unwritable, unreadableLater]) {
      const stage = new Stage(async (context) => {
        await context.step('charge', async () => 1, { serdes });
        await context.wait('pause', { seconds: 1 });
      });
      const Error = expect.objectContaining({ ErrorMessage: expect.stringContaining('the key was deleted') });
      await expect(stage.run()).resolves.toEqual({ Status: 'FAILED', Error });
    }
    expect(reads).toBe(2);
  });

  it.each<[string, (context: DurableContext) => unknown]>([
    ['a context', (context) => context],
    ['what holds a context', (context) => ({ orders: [{ context }] })],
  ])('may be %s by mistake, which JSON writes for a log', async (_what, make) => {
    const seen: unknown[] = [];
    const stage = new Stage(async (context) => {
      await context
        .step('charge', async () => make(context), noRetry)
        .catch((error: unknown) => seen.push((error as Error).message));
      await context.wait('pause', { seconds: 1 });
      return make(context);
    });

    await expect(stage.run()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringContaining('a durable context is, or is a part of, what would be saved') },
    });
    expect(seen).toEqual(Array(2).fill(expect.stringContaining('a durable context is, or is a part of,')));
  });

  it('may hold an operation that was not awaited', async () => {
    const stage = new Stage(async (context) => [context.step('a', async () => 1), context.uuid()]);
    await expect(stage.run()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringContaining('"0" in it is a promise, which must be awaited first') },
    });
  });

  it('may hold promises that are rejected before anything awaits them', async () => {
    const failing = () => Promise.reject(new Error('nobody handles it'));
    const stage = new Stage((context) =>
      context.step('charge', async () => [failing(), { order: failing() }], noRetry),
    );
    await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'StepError' } });
  });

  it('is none if it is only empty', async () => {
    const value = { empty: {}, list: [{}], text: '{}', map: new Map([[1, Promise.resolve()]]) };
    const stage = new Stage((context) => context.step('save', async () => value));
    await expect(stage.run()).resolves.toMatchObject({ Result: '{"empty":{},"list":[{}],"text":"{}","map":{}}' });
  });

  it('may be the context of a step by mistake, which JSON writes for a log', async () => {
    const logged: string[] = [];
    const stage = new Stage((context) =>
      context.step('charge', async (step) => (logged.push(JSON.stringify(step)), { step }), noRetry),
    );
    await expect(stage.run()).resolves.toMatchObject({
      Error: {
        ErrorMessage: expect.stringContaining('the context of a step is, or is a part of, what would be saved'),
      },
    });
    expect(logged).toEqual(['{"attempt":1}']);
  });

  it('is recorded as failed where it is the input of an invoke', async () => {
    const stage = new Stage(async (context) => {
      await expect(OPERATIONS['the input of an invoke']!(context, circle)).rejects.toThrow(InvokeError);
      await context.wait('pause', { seconds: 1 });
    });
    await stage.result();
    expect(stage.service.operation('op')).toMatchObject({ Type: 'STEP', SubType: 'ChainedInvoke', Status: 'FAILED' });
    expect(stage.actions.filter((action) => / op$/.test(action))).toEqual(['STEP START op', 'STEP FAIL op']);
  });

  it('fails an invoke again that a crash has cut off before its failure was recorded', async () => {
    const stage = new Stage((context) => OPERATIONS['the input of an invoke']!(context, circle));
    await stage.invoke();
    const { Id } = stage.service.operation('op');
    stage.service.change(Id, { Status: 'STARTED', StepDetails: {} });
    await expect(stage.invoke()).resolves.toMatchObject({ Error: { ErrorType: 'InvokeError' } });
    expect(stage.service.operation('op').Status).toBe('FAILED');
  });

  it('fails an invoke in a context whose body runs again for its large result', async () => {
    const fallback = async (context: DurableContext) => {
      const invoked = OPERATIONS['the input of an invoke']!(context, circle);
      return `${(await invoked.catch(({ name }: Error) => name)) as string} ${'x'.repeat(300_000)}`;
    };
    const stage = new Stage(async (context) => {
      const result = await context.runInChildContext('large', fallback);
      await context.wait('pause', { seconds: 1 });
      return result.slice(0, 11);
    });
    await expect(stage.result()).resolves.toBe('InvokeError');
  });

  it('is called what it is: the first state of a condition', async () => {
    const stage = new Stage((context) => OPERATIONS['the first state of a condition']!(context, circle));
    await expect(stage.invoke()).resolves.toMatchObject({
      Error: { ErrorMessage: expect.stringMatching(/^The initialState of WaitForCondition "op" cannot be saved/) },
    });
  });

  it('fails a batch whose items came to what only their serdes can save', async () => {
    const stage = new Stage((context) => context.map('op', [1], async () => 'one', { itemSerdes: asItIs }));

    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorType: 'ChildContextError',
        ErrorMessage: expect.stringMatching(/^The result of Map "op" cannot be saved/),
      },
    });
    expect(stage.service.operation('op').Status).toBe('FAILED');
  });

  it('is a summary that is too large, too', async () => {
    const summaryGenerator = () => 'y'.repeat(300_000);
    const large = async () => 'x'.repeat(300_000);
    const stage = new Stage((context) => context.runInChildContext('op', large, { summaryGenerator }));

    await expect(stage.invoke()).resolves.toMatchObject({
      Error: {
        ErrorType: 'ChildContextError',
        ErrorMessage: expect.stringMatching(/^The summary of RunInChildContext "op"/),
      },
    });
  });

  it('runs no body again: it would only give such a value again', async () => {
    let bodies = 0;
    const stage = new Stage(async (context) => {
      const body = async () => ((bodies += 1), 1n);
      await context.step('charge', body).catch(() => undefined);
      await context.wait('pause', { seconds: 1 });
    });

    await stage.run();

    expect(bodies).toBe(1);
  });
});
