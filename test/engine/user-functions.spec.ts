import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import { DurableOperationError } from '../../lib/engine/base/errors/operation-errors.js';
import { createRetryStrategy } from '../../lib/engine/base/retry/retry-strategy.js';
import { createWaitStrategy } from '../../lib/engine/base/retry/wait-strategy.js';
import { withRetry } from '../../lib/engine/base/retry/with-retry.js';
import { Stage } from './support/stage.js';
import { turns } from './support/turns.js';
import { unreadable } from './support/unreadable.js';

/*
 * Whatever a user function does, the operation that calls it fails with its own error. User code can catch that error,
 * it is recorded, and it is the same on the first run and on every replay.
 */

/** Asks a function of the user's, by an operation called `op`. */
type Ask = (context: DurableContext, answer: () => never) => Promise<unknown>;

const failing = async () => {
  throw new RangeError('card declined');
};
const large = async () => 'x'.repeat(300_000);
const itself = async (_context: DurableContext, item: number) => item;
const soon = { seconds: 1 };

/** The first attempt is retried: the function is called for the second one, in another invocation. */
const atSecondAttempt =
  (answer: () => never) =>
  (_: unknown, attempt: number): never =>
    attempt === 1 ? ({ shouldRetry: true, shouldContinue: true, delay: soon } as never) : answer();

/** Each with what the error must say beside the wrong result: the failure for which the function was called. */
const FUNCTIONS: Record<string, [Ask, string?]> = {
  retryStrategy: [(context, answer) => context.step('op', failing, { retryStrategy: answer }), 'card declined'],
  'retryStrategy, at the second attempt': [
    (context, answer) => context.step('op', failing, { retryStrategy: atSecondAttempt(answer) }),
    'card declined',
  ],
  'retryStrategy of a submitter': [
    (context, answer) => context.waitForCallback('op', failing, { retryStrategy: answer }),
    'card declined',
  ],
  'retryStrategy of withRetry': [(context, answer) => retrying(context, answer), 'card declined'],
  'retryStrategy of withRetry, without a child context': [
    (context, answer) => retrying(context, answer, { wrapWithRunInChildContext: false }),
    'card declined',
  ],
  waitStrategy: [
    (context, answer) =>
      context.waitForCondition('op', async (n: number) => n, { initialState: 0, waitStrategy: answer }),
  ],
  'waitStrategy, at the second check': [
    (context, answer) =>
      context.waitForCondition('op', async (n: number) => n, {
        initialState: 0,
        waitStrategy: atSecondAttempt(answer),
      }),
  ],
  summaryGenerator: [(context, answer) => context.runInChildContext('op', large, { summaryGenerator: answer })],
  'summaryGenerator of a map': [
    (context, answer) => context.map('op', [1, 2], async () => 'x'.repeat(150_000), { summaryGenerator: answer }),
  ],
  errorMapper: [
    (context, answer) => context.runInChildContext('op', failing, { errorMapper: answer }),
    'card declined',
  ],
  itemNamer: [(context, answer) => context.map('op', [1, 2], itself, { itemNamer: answer })],
  'shouldComplete of a map': [
    (context, answer) => context.map('op', [1, 2], itself, { completionConfig: { shouldComplete: answer } }),
  ],
  'shouldComplete of a parallel': [
    (context, answer) => context.parallel('op', [large], { completionConfig: { shouldComplete: answer } }),
  ],
};

function retrying(context: DurableContext, answer: () => never, more: object = {}): Promise<unknown> {
  const call = (attempts: DurableContext) =>
    attempts.step('op', failing, { retryStrategy: () => ({ shouldRetry: false }) });
  return withRetry(context, 'op', call, { retryStrategy: answer, ...more });
}

const ANSWERS: Record<string, [() => unknown, RegExp?]> = {
  'throws an error': [() => thrown(new TypeError('broken')), /broken/],
  'throws a text': [() => thrown('broken'), /broken/],
  'makes a strategy with wrong settings': [() => createRetryStrategy({ maxAttempts: NaN }), /maxAttempts of .* is NaN/],
  'throws what cannot be read': [() => thrown(unreadable())],
  'returns a function': [() => () => undefined, /Function/],
  'returns an object of other members': [() => ({ retry: true, wait: 5 }), /retry: true/],
  'returns a list': [() => [true]],
  'returns a promise': [async () => ({ shouldRetry: false }), /promise/],
  'returns a promise that rejects': [() => Promise.reject(new Error('unhandled')), /promise/],
  'returns what is like a promise': [() => ({ then: () => undefined }), /then/],
  'returns what cannot be read': [() => unreadable()],
};

/** What only those may not return that decide. */
const NO_DECISIONS: Record<string, [() => unknown, RegExp?]> = {
  'returns nothing': [() => undefined, /returned undefined/],
  'returns null': [() => null, /returned null/],
  'returns a number': [() => 3, /returned 3/],
  'returns NaN': [() => NaN, /returned NaN/],
  'returns true': [() => true, /returned true/],
  'returns a verdict that comes later': [() => ({ shouldRetry: later(), shouldContinue: later(), complete: later() })],
};

/** What only those may not return that decide on a delay. */
const NO_DELAYS: Record<string, [() => unknown, RegExp?]> = Object.fromEntries(
  [60, null, {}, { seconds: NaN }, { seconds: '5' }, { seconds: -1 }, { minute: 1 }, unreadable()].map(
    (delay, index) => [
      `returns no delay (${index})`,
      [() => ({ shouldRetry: true, shouldContinue: true, delay }), /its delay is/],
    ],
  ),
);

function later(): Promise<boolean> {
  return Promise.resolve(false);
}

function thrown(what: unknown): never {
  throw what;
}

const decides = (name: string) => /Strategy|shouldComplete/.test(name);
const delays = (name: string) => /Strategy/.test(name);

const cases = Object.entries(FUNCTIONS).flatMap(([name, [ask, kept]]) =>
  Object.entries({ ...ANSWERS, ...(decides(name) && NO_DECISIONS), ...(delays(name) && NO_DELAYS) }).map(
    ([does, [answer, told = /./]]) => [name, does, { ask, answer, kept, told }] as const,
  ),
);

/** Everything that user code can see of an error. */
function seenOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause } = error;
  const { errorType, errorData } = error as DurableOperationError;
  return { name, message, errorType, errorData, isOurs: error instanceof DurableOperationError, cause: seenOf(cause) };
}

afterEach(() => turns(3));

describe('A function of the user’s', () => {
  it.each(cases)('%s that %s fails its operation', async (_name, _does, { ask, answer, kept = '', told }) => {
    const seen: unknown[] = [];
    const stage = new Stage(async (context) => {
      const failure: unknown = await ask(context, answer as () => never).catch((error: unknown) => error);
      seen.push(seenOf(failure));
      await context.step('compensate', async () => 'done');
      await context.wait('pause', soon);
      return 'caught';
    });

    await expect(stage.result()).resolves.toBe('caught');

    const texts = JSON.stringify(seen.at(-1));
    expect(seen.at(-1)).toMatchObject({ isOurs: true });
    expect(texts).toMatch(told);
    expect(texts).toContain(kept);
    // The run in which it failed, and the replay after the pause.
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
  });
});

/** Settings as an object of a class: each function needs its `this`. */
class Policy {
  readonly initialState = 0;
  readonly most = 2;
  readonly called = new Set<string>();

  retryStrategy(_: unknown, attempt: number) {
    this.called.add('retryStrategy');
    return { shouldRetry: attempt < this.most };
  }
  waitStrategy(state: number) {
    this.called.add('waitStrategy');
    return state < this.most ? { shouldContinue: true as const, delay: soon } : { shouldContinue: false as const };
  }
  shouldComplete({ completedCount }: { completedCount: number }) {
    this.called.add('shouldComplete');
    return { complete: completedCount === this.most };
  }
  shouldContinuePolling(state: number) {
    this.called.add('shouldContinuePolling');
    return state < this.most;
  }
  itemNamer(item: number) {
    this.called.add('itemNamer');
    return `${item} of ${this.most}`;
  }
  summaryGenerator() {
    this.called.add('summaryGenerator');
    return `at most ${this.most}`;
  }
}

describe('A function in the configuration of an operation', () => {
  it('is called as its method, as in the official SDK', async () => {
    const [policy, ofMap] = [new Policy(), new Policy()];
    const next = async (n: number) => n + 1;
    const stage = new Stage(async (context) => {
      await context.step('op', failing, policy).catch(() => undefined);
      await context.waitForCondition('op', next, policy);
      const waitStrategy = createWaitStrategy(policy);
      await context.waitForCondition('op', next, { initialState: 0, waitStrategy });
      await context.runInChildContext('op', large, policy);
      await context.map('op', [1, 2], itself, { completionConfig: policy });
      return context.map('op', [1, 2], async () => 'x'.repeat(150_000), ofMap).then(({ status }) => status);
    });
    await expect(stage.result()).resolves.toBe('SUCCEEDED');
    const ofSteps = ['retryStrategy', 'waitStrategy', 'shouldContinuePolling', 'summaryGenerator', 'shouldComplete'];
    expect([...policy.called]).toEqual(ofSteps);
    expect([...ofMap.called]).toEqual(['itemNamer', 'summaryGenerator']);
  });
});
