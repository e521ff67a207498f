import type { DurableContext } from '../../../lib/engine/context/durable-context.js';
import { withRetry } from '../../../lib/engine/base/retry/with-retry.js';
import { completeBatch, continueBatch } from '../../../lib/engine/operations/batch-config.js';
import { OPERATION_PAYLOAD_BYTES } from '../../../lib/wire/limits.js';
import { turns } from './turns.js';

/** Tells what code outside of bodies sees, in order. */
export type See = (what: unknown) => void;
export type WrittenProgram = (context: DurableContext, see: See) => Promise<unknown>;

const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };
const step = (context: DurableContext, name: string, count = 0) =>
  context.step(name, () => turns(count).then(() => name));
const failing = (context: DurableContext, name: string, thrown: () => unknown) =>
  context.step(name, () => Promise.reject(thrown()), noRetry);

/** All that code can tell of an error, causes included. */
function anatomy(error: unknown, depth = 4): unknown {
  if (!(error instanceof Error) || depth === 0) return { thrown: String(error) };
  const { name, message, cause } = error;
  const { errorType, errorData, errors } = error as { errorType?: unknown; errorData?: unknown; errors?: unknown[] };
  return {
    name,
    kind: error.constructor.name,
    message,
    errorType,
    errorData,
    errors: errors?.map((one) => anatomy(one, depth - 1)),
    cause: cause === undefined ? undefined : anatomy(cause, depth - 1),
  };
}

const caught = (operation: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(operation).then((value) => ({ value }), anatomy);

/** Programs whose order, values and errors are easily lost on replay. */
export const WRITTEN_PROGRAMS: Record<string, WrittenProgram> = {
  'a race of chains of several lengths': async (context, see) => {
    const chain = async (name: string, lengths: number[]) => {
      for (const [at, length] of lengths.entries()) see(await step(context, `${name}${at}`, length));
      return name;
    };
    see(await Promise.race([chain('a', [6, 0]), chain('b', [1, 1, 1]), chain('c', [3])]));
    await context.wait('pause', { seconds: 1 });
    see(await step(context, 'after'));
  },
  'the first that succeeds, where others fail before': async (context, see) => {
    const fails = (name: string, count: number) =>
      context.step(name, () => turns(count).then(() => Promise.reject(new Error(name))), noRetry);
    see(await Promise.any([step(context, 'slow', 8), fails('x', 0), fails('y', 2)]));
    see(await caught(Promise.any([fails('p', 4), fails('q', 0)])));
    await context.wait({ seconds: 1 });
  },
  'chains that begin operations from a shared signal': async (context, see) => {
    const signal = step(context, 'signal', 2);
    const follow = async (name: string, hops: number) => {
      await signal;
      for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
      see(await step(context, name));
    };
    await Promise.all([follow('five', 5), follow('none', 0), follow('two', 2)]);
    await context.wait({ seconds: 1 });
  },
  'thrown values of every kind': async (context, see) => {
    const thrown: unknown[] = [
      'text',
      7,
      null,
      undefined,
      true,
      Symbol('s'),
      { message: 'm', status: 409, deep: { a: [1] } },
      ['list'],
      new TypeError('t', { cause: new RangeError('r', { cause: 'why' }) }),
      new AggregateError([new Error('one'), 'two'], 'many'),
      Object.assign(new Error('with members'), { code: 'E1', at: new Date(0), big: 1n, self: null }),
      new (class OutOfStock extends Error {
        override name = 'OutOfStock';
        sku = 's-1';
      })('none left'),
      Object.assign(Object.create(null) as object, { message: 'no prototype' }),
      () => 'a function',
    ];
    for (const [at, value] of thrown.entries()) see(await caught(failing(context, `t${at}`, () => value)));
    await context.wait({ seconds: 1 });
  },
  'results of every kind': async (context, see) => {
    const results: unknown[] = [
      undefined,
      null,
      NaN,
      -0,
      Infinity,
      '',
      new Date(0),
      new Map([[1, 2]]),
      new Set([1]),
      [undefined, null, 1],
      { a: undefined, b: () => 1, c: Symbol('s'), toJSON: () => ({ json: true }) },
      new Error('as a value'),
      Buffer.from('bytes'),
      new Uint8Array([1]),
      /x/,
      '\ud800',
      'null',
    ];
    for (const [at, value] of results.entries()) {
      see(await context.step(`r${at}`, async () => value));
      see(await context.runInChildContext(`c${at}`, async () => value));
    }
    see((await context.map('m', results, async (_child, value) => value)).getResults());
    await context.wait({ seconds: 1 });
  },
  'values that can never be saved': async (context, see) => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const values: unknown[] = [
      1n,
      circle,
      'x'.repeat(OPERATION_PAYLOAD_BYTES),
      {
        get a() {
          throw new Error('unreadable');
        },
      },
    ];
    for (const [at, value] of values.entries()) {
      see(await caught(context.step(`s${at}`, async () => value, { retryStrategy: () => ({ shouldRetry: true }) })));
    }
    see(await caught(context.runInChildContext('child', async () => 1n)));
    see(await caught(context.invoke('invoke', 'f:1', { big: 1n })));
    see(
      await caught(
        context.waitForCondition('condition', async () => circle, {
          initialState: {},
          waitStrategy: () => ({ shouldContinue: false }),
        }),
      ),
    );
    await context.wait({ seconds: 1 });
  },
  'functions of the user that answer wrongly': async (context, see) => {
    const boom = () => Promise.reject(new Error('boom'));
    const answers = [
      undefined,
      null,
      'yes',
      1,
      {},
      { shouldRetry: Promise.resolve(true) },
      { shouldRetry: true, delay: 5 },
      Promise.reject(new Error('later')),
    ];
    for (const answer of answers) if (answer instanceof Promise) answer.catch(() => undefined);
    for (const [at, answer] of answers.entries())
      see(await caught(context.step(`s${at}`, boom, { retryStrategy: () => answer as never })));
    see(
      await caught(
        context.step('throws', boom, {
          retryStrategy: () => {
            throw new Error('of the strategy');
          },
        }),
      ),
    );
    see(
      await caught(
        context.runInChildContext('mapper', boom, {
          errorMapper: () => {
            throw new Error('of the mapper');
          },
        }),
      ),
    );
    see(await caught(context.runInChildContext('mapper 2', boom, { errorMapper: () => 'no error' as never })));
    see(
      await caught(
        context.map('namer', [1, 2], async (_child, item) => item, {
          itemNamer: (item) => {
            if (item === 2) throw new Error('of the namer');
            return `i${item}`;
          },
        }),
      ),
    );
    see(
      await caught(
        context.map('complete', [1, 2, 3], async (_child, item) => item, {
          completionConfig: { shouldComplete: () => Promise.resolve() as never },
        }),
      ),
    );
    see(
      await caught(
        context.waitForCondition('condition', async () => 1, {
          initialState: 0,
          waitStrategy: () => ({ shouldContinue: true, delay: { seconds: NaN } }),
        }),
      ),
    );
    await context.wait({ seconds: 1 });
  },
  'a batch that is over before its items': async (context, see) => {
    const batch = await context.map('batch', [9, 0, 4, 1], (child, count) => step(child, `n${count}`, count), {
      completionConfig: { minSuccessful: 2 },
    });
    see([batch.completionReason, batch.all.map(({ index, status, result }) => [index, status, result])]);
    await context.wait({ seconds: 1 });
    see(await step(context, 'after'));
  },
  'a batch that decides by itself, two at a time': async (context, see) => {
    const seen: unknown[] = [];
    const batch = await context.map('batch', [3, 0, 2, 0, 1], (child, count) => step(child, `n${count}`, count), {
      maxConcurrency: 2,
      completionConfig: {
        shouldComplete: ({ successCount, failureCount }) => {
          seen.push([successCount, failureCount]);
          return successCount >= 3 ? completeBatch() : continueBatch();
        },
      },
    });
    see(batch.all.map(({ index, status }) => [index, status]));
    await context.wait({ seconds: 1 });
  },
  'a batch in which an item fails while others run': async (context, see) => {
    const batch = await context.parallel('batch', [
      (branch) => step(branch, 'slow', 9),
      async (branch) => {
        await step(branch, 'first', 1);
        throw new TypeError('branch fails');
      },
      (branch) => branch.wait('rest', { seconds: 5 }).then(() => 'rested'),
    ]);
    see([batch.completionReason, batch.all.map(({ index, status }) => [index, status])]);
    see(await caught(Promise.resolve().then(() => batch.throwIfError())));
    await context.wait({ seconds: 1 });
  },
  'children whose results are too large, beside others': async (context, see) => {
    const large = (name: string, count: number) =>
      context.runInChildContext(name, async (child) => {
        const first = await Promise.race([step(child, `${name}1`, count), step(child, `${name}2`, 3)]);
        return { first, ballast: name.repeat(OPERATION_PAYLOAD_BYTES) };
      });
    await Promise.all([large('a', 6), large('b', 0)].map((child) => child.then(({ first }) => see(first))));
    await context.wait({ seconds: 1 });
    see((await large('c', 1)).first);
    await context.wait({ seconds: 1 });
  },
  'callbacks, and who answers first': async (context, see) => {
    const [one] = await context.createCallback('one');
    const [two] = await context.createCallback('two fails');
    see(await Promise.race([one, caught(two), context.wait('patience', { seconds: 9 }).then(() => 'late')]));
    see(await caught(Promise.all([one, two])));
    see(
      await caught(
        context.waitForCallback(
          'three',
          async () => {
            throw new Error('not handed out');
          },
          noRetry,
        ),
      ),
    );
    await context.wait({ seconds: 1 });
  },
  'promises followed twice, late, and by nobody': async (context, see) => {
    const early = step(context, 'early', 1);
    void failing(context, 'nobody', () => new Error('nobody awaits it'));
    const late = failing(context, 'late', () => new Error('awaited late'));
    await step(context, 'between', 5);
    await context.wait({ seconds: 1 });
    see(await Promise.all([early, early, early.then((value) => `${value}!`)]));
    see(await caught(late));
    see(await caught(late.finally(() => see('finally'))));
  },
  'combinators of the context over chains': async (context, see) => {
    const chain = async (name: string, count: number, fails = false) => {
      await step(context, `${name}1`, count);
      if (fails) throw new RangeError(`${name} fails`);
      return step(context, `${name}2`);
    };
    see(await context.promise.all('all', [chain('a', 4), chain('b', 0)]));
    see(await context.promise.race('race', [chain('c', 4), chain('d', 1)]));
    see(await caught(context.promise.any('any', [chain('e', 3, true), chain('f', 0, true)])));
    see(await caught(context.promise.all('all 2', [chain('g', 3, true), chain('h', 0, true)])));
    const settled = await context.promise.allSettled('settled', [chain('i', 0, true), chain('j', 1)]);
    see(settled.map((end) => (end.status === 'fulfilled' ? end.value : anatomy(end.reason))));
    await context.wait({ seconds: 1 });
  },
  'steps that are tried again beside others': async (context, see) => {
    const flaky = (name: string, failures: number) =>
      context.step(
        name,
        async ({ attempt }) => {
          if (attempt <= failures) throw new Error(`${name} ${attempt}`);
          return `${name} at ${attempt}`;
        },
        { retryStrategy: (_error, attempts) => ({ shouldRetry: attempts < 4, delay: { seconds: 1 } }) },
      );
    await Promise.all(
      [flaky('a', 3), flaky('b', 1), caught(flaky('c', 9)), step(context, 'd', 3)].map((one) =>
        Promise.resolve(one).then(see),
      ),
    );
    see(
      await withRetry(
        context,
        'again',
        async (child, attempt) => {
          if (attempt < 3) throw new Error(`round ${attempt}`);
          return step(child, `round ${attempt}`);
        },
        { retryStrategy: (_error, attempts) => ({ shouldRetry: attempts < 5, delay: { seconds: 1 } }) },
      ),
    );
  },
  'conditions whose state is changed by everyone': async (context, see) => {
    const state = { count: 0, seen: [] as string[] };
    see(
      await context.waitForCondition(
        'condition',
        async (given) => {
          given.count += 1;
          return given;
        },
        {
          initialState: state,
          waitStrategy: (given, attempts) => {
            given.seen.push(`strategy ${attempts}`);
            return given.count < 3 ? { shouldContinue: true, delay: { seconds: 1 } } : { shouldContinue: false };
          },
        },
      ),
    );
    see(state);
    const twice = await context.step('object', async () => ({ list: [1] }));
    twice.list.push(2);
    await context.wait({ seconds: 1 });
    see(twice);
  },
  'errors that pass through several contexts': async (context, see) => {
    const inner = () =>
      context.runInChildContext('outer', (outer) =>
        outer.runInChildContext('inner', (child) =>
          failing(child, 'step', () => new TypeError('deep', { cause: 'x' })),
        ),
      );
    see(await caught(inner()));
    see(
      await caught(
        context.runInChildContext('mapped', () => Promise.reject(new Error('e')), {
          errorMapper: (error) => new RangeError(`mapped ${error.message}`) as never,
        }),
      ),
    );
    see(
      await caught(
        context.runInChildContext('virtual', (child) => failing(child, 'v', () => 'text'), { virtualContext: true }),
      ),
    );
    await context.wait({ seconds: 1 });
  },
  'async iteration over operations': async (context, see) => {
    async function* pages() {
      for (let page = 0; page < 3; page += 1) yield context.step(`page ${page}`, async () => [page, page + 0.5]);
    }
    for await (const page of pages()) {
      see(page);
      await context.wait({ seconds: 1 });
    }
    const thenable = { then: (resolve: (value: unknown) => void) => void step(context, 'thenable').then(resolve) };
    see(await Promise.race([thenable, step(context, 'plain')]));
  },
  'invokes that fail, beside waits': async (context, see) => {
    const ends = ['x fails', 'y'].map((name) => caught(context.invoke(name, 'f:1', { name })).then(see));
    ends.push(context.wait('w', { seconds: 2 }).then(() => see('waited')));
    await Promise.all(ends);
    see(await step(context, 'after'));
  },
  'contexts without records, in a race': async (context, see) => {
    const virtual = (name: string, count: number) =>
      context.runInChildContext(
        name,
        async (child) => {
          await step(child, `${name}1`, count);
          await child.wait(`${name} rests`, { seconds: 1 });
          return name;
        },
        { virtualContext: true },
      );
    see(await Promise.race([virtual('a', 5), virtual('b', 0)]));
    see(await step(context, 'after'));
  },
};

/** What code has seen, as text that can be compared. */
export const written = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    one === undefined ? '(nothing)' : typeof one === 'bigint' ? `${one}n` : one,
  ) ?? '(nothing)';
