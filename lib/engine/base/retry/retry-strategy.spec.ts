import { jest } from '@jest/globals';
import { createLinearRetryStrategy } from './linear-retry-strategy.js';
import { retryPresets } from './retry-presets.js';
import { JitterStrategy } from './jitter.js';
import { createRetryStrategy } from './retry-strategy.js';
import type { RetryStrategy } from '../../operations/step-config.js';

class GatewayTimeout extends Error {}

const failure = new Error('connection reset by peer');

/** Delays in seconds until the strategy gives up. */
function delaysOf(strategy: RetryStrategy): number[] {
  const delays: number[] = [];
  for (let attempt = 1; attempt <= 100; attempt += 1) {
    const decision = strategy(failure, attempt);
    if (!decision.shouldRetry) return delays;
    delays.push((decision.delay as { seconds: number }).seconds);
  }
  return delays;
}

afterEach(() => jest.restoreAllMocks());

describe('retry strategies', () => {
  it('knows the delay after any number of attempts', () => {
    const settings = { maxAttempts: Infinity, jitter: JitterStrategy.NONE };
    const none = createRetryStrategy({ ...settings, initialDelay: { seconds: 0 } });
    expect(none(failure, 5000)).toEqual({ shouldRetry: true, delay: { seconds: 1 } });
    expect(createRetryStrategy(settings)(failure, 5000)).toEqual({ shouldRetry: true, delay: { seconds: 300 } });
  });

  // docs/protocol.md#steps-and-retries; with the full jitter's random number at its top, a delay is the computed one.
  it.each<[string, RetryStrategy, number[]]>([
    ['default preset', retryPresets.default, [5, 10, 20, 40, 60]],
    ['linear preset', retryPresets.linear, [1, 2, 3, 4, 5]],
    ['no retry preset', retryPresets.noRetry, []],
    ['createRetryStrategy()', createRetryStrategy(), [5, 10]],
    ['createLinearRetryStrategy()', createLinearRetryStrategy(), [1, 2, 3, 4, 5]],
    [
      'one that is configured',
      createRetryStrategy({ maxAttempts: 4, initialDelay: { minutes: 1 }, backoffRate: 3, maxDelay: { minutes: 5 } }),
      [60, 180, 300],
    ],
    [
      'a linear one that is configured',
      createLinearRetryStrategy({
        maxAttempts: 4,
        initialDelay: { seconds: 10 },
        increment: { seconds: 20 },
        maxDelay: { seconds: 45 },
      }),
      [10, 30, 45],
    ],
    [
      'one that never waits less than a second',
      createRetryStrategy({ initialDelay: { seconds: 0.1 }, backoffRate: 0.5 }),
      [1, 1],
    ],
  ])('%s', (_, strategy, delays) => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    expect(delaysOf(strategy)).toEqual(delays);
  });

  it.each<[JitterStrategy, number, number]>([
    [JitterStrategy.NONE, 0, 100],
    [JitterStrategy.HALF, 0, 50],
    [JitterStrategy.HALF, 1, 100],
    [JitterStrategy.FULL, 0, 1],
    [JitterStrategy.FULL, 0.426, 43],
    [JitterStrategy.FULL, 1, 100],
  ])('spread a delay of 100 s by %s jitter at %d to %d', (jitter, random, seconds) => {
    jest.spyOn(Math, 'random').mockReturnValue(random);
    const strategy = createRetryStrategy({ initialDelay: { seconds: 100 }, jitter });
    expect(strategy(failure, 1)).toEqual({ shouldRetry: true, delay: { seconds } });
  });

  it.each<[string, Parameters<typeof createRetryStrategy>[0], Error, boolean]>([
    ['without filters, anything', {}, failure, true],
    ['a text that the message contains', { retryableErrors: ['reset by'] }, failure, true],
    ['a pattern that the message matches', { retryableErrors: [/^connection/] }, failure, true],
    ['a global pattern, which remembers where it was', { retryableErrors: [/reset/g] }, failure, true],
    ['no message that is given', { retryableErrors: ['timeout', /^refused/] }, failure, false],
    ['a class', { retryableErrorTypes: [GatewayTimeout] }, new GatewayTimeout(), true],
    ['no class that is given', { retryableErrorTypes: [GatewayTimeout] }, failure, false],
    ['either filter', { retryableErrors: ['reset'], retryableErrorTypes: [GatewayTimeout] }, failure, true],
    ['empty filters: nothing', { retryableErrors: [] }, failure, false],
  ])('retry %s', (_, config, error, shouldRetry) => {
    for (const create of [createRetryStrategy, createLinearRetryStrategy]) {
      const strategy = create(config);
      expect([strategy(error, 1).shouldRetry, strategy(error, 2).shouldRetry]).toEqual([shouldRetry, shouldRetry]);
    }
  });
});
