import { ConfigValidationError } from '../errors/context-errors.js';
import { createLinearRetryStrategy } from './linear-retry-strategy.js';
import { createRetryStrategy } from './retry-strategy.js';
import { createWaitStrategy } from './wait-strategy.js';

type Settings = Record<string, unknown>;

const makers: Record<string, (settings: Settings) => unknown> = {
  'createRetryStrategy()': (settings) => createRetryStrategy(settings),
  'createLinearRetryStrategy()': (settings) => createLinearRetryStrategy(settings),
  'createWaitStrategy()': (settings) => createWaitStrategy({ shouldContinuePolling: () => true, ...settings }),
};
const all = Object.keys(makers);
const [retry, linear, waiting] = all as [string, string, string];

/** What is thrown, as name and message. */
function refusalOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'accepted';
}

describe('Strategies refuse where they are made', () => {
  it.each<[Settings, string[]]>([
    ...[NaN, -1, 0, 1.5, -Infinity, '3', null].map((maxAttempts): [Settings, string[]] => [{ maxAttempts }, all]),
    ...[NaN, -2, 0, Infinity, '2', null].map((backoffRate): [Settings, string[]] => [
      { backoffRate },
      [retry, waiting],
    ]),
    ...['initialDelay', 'maxDelay'].flatMap((name) =>
      [5, '5', {}, null, { seconds: NaN }, { seconds: -1 }, { hour: 1 }].map((delay): [Settings, string[]] => [
        { [name]: delay },
        all,
      ]),
    ),
    ...[5, { seconds: NaN }].map((increment): [Settings, string[]] => [{ increment }, [linear]]),
    ...['SOMETIMES', 'full', null].map((jitter): [Settings, string[]] => [{ jitter }, all]),
    ...['timeout', [5], [undefined]].map((retryableErrors): [Settings, string[]] => [
      { retryableErrors },
      [retry, linear],
    ]),
    ...[TypeError, [undefined]].map((types): [Settings, string[]] => [{ retryableErrorTypes: types }, [retry, linear]]),
    ...[undefined, true].map((answer): [Settings, string[]] => [{ shouldContinuePolling: answer }, [waiting]]),
  ])('%p', (settings, concerned) => {
    const [setting] = Object.keys(settings);

    for (const maker of concerned) {
      const refusal = refusalOf(() => makers[maker]!(settings));
      expect(refusal).toMatch(/^ConfigValidationError/);
      expect(refusal).toContain(`${setting} of ${maker} is `);
    }
  });

  it('what is no object', () => {
    for (const maker of [createRetryStrategy, createLinearRetryStrategy, createWaitStrategy]) {
      for (const config of [null, 5, 'NONE', [], Promise.resolve({})])
        expect(() => maker(config as never)).toThrow(ConfigValidationError);
    }
  });

  it('and nothing that makes sense', () => {
    const sensible = { maxAttempts: Infinity, maxDelay: { seconds: 0 }, initialDelay: { seconds: 0 }, jitter: 'NONE' };

    for (const maker of all) expect(refusalOf(() => makers[maker]!(sensible))).toBe('accepted');
    for (const maker of all) expect(refusalOf(() => makers[maker]!({ maxAttempts: undefined }))).toBe('accepted');
  });
});

describe('createWaitStrategy', () => {
  it('refuses an answer that comes later: a promise always counts as true', () => {
    const strategy = createWaitStrategy({ shouldContinuePolling: (() => Promise.reject(new Error('late'))) as never });

    expect(() => strategy(0, 1)).toThrow('returned a promise');
  });

  it('refuses a query that runs when it is awaited, but takes any other object as true', () => {
    const query = { then: (resolve: (rows: unknown[]) => void) => resolve([]) };
    const strategyOf = (answer: unknown) => createWaitStrategy({ shouldContinuePolling: () => answer as never });
    expect(() => strategyOf(query)(0, 1)).toThrow('returned a promise. Return true or false');
    expect(strategyOf({ rows: 1 })(0, 1)).toMatchObject({ shouldContinue: true });
  });
});
