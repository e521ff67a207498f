import { JitterStrategy } from './jitter.js';
import { createWaitStrategy } from './wait-strategy.js';

const always = { shouldContinuePolling: () => true, jitter: JitterStrategy.NONE };

describe('createWaitStrategy', () => {
  it('stops when the state will do, even at the last attempt', () => {
    const strategy = createWaitStrategy<string>({ shouldContinuePolling: (state) => state !== 'done', maxAttempts: 1 });
    expect(strategy('done', 1)).toEqual({ shouldContinue: false });
  });

  it('starts at 5 seconds, grows by half, and stays at 300', () => {
    const strategy = createWaitStrategy(always);
    const seconds = [1, 2, 3, 10, 20].map(
      (attempt) => (strategy(0, attempt) as { delay: { seconds: number } }).delay.seconds,
    );
    expect(seconds).toEqual([5, 8, 11, 192, 300]);
  });

  it('takes its numbers from the configuration', () => {
    const strategy = createWaitStrategy({
      ...always,
      initialDelay: { minutes: 1 },
      maxDelay: { minutes: 3 },
      backoffRate: 2,
    });
    expect([1, 2, 3].map((attempt) => strategy(0, attempt))).toEqual([
      { shouldContinue: true, delay: { seconds: 60 } },
      { shouldContinue: true, delay: { seconds: 120 } },
      { shouldContinue: true, delay: { seconds: 180 } },
    ]);
  });

  it('spreads its delays by default, and never waits less than a second', () => {
    const strategy = createWaitStrategy({ shouldContinuePolling: () => true });
    const delays = Array.from({ length: 50 }, () => (strategy(0, 1) as { delay: { seconds: number } }).delay.seconds);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...delays)).toBeLessThanOrEqual(5);
    expect(new Set(delays).size).toBeGreaterThan(1);
  });

  it('gives up after 60 attempts, or as many as it is told', () => {
    expect(() => createWaitStrategy(always)(0, 59)).not.toThrow();
    expect(() => createWaitStrategy(always)(0, 60)).toThrow('waitForCondition exceeded maximum attempts (60)');
    expect(() => createWaitStrategy({ ...always, maxAttempts: 2 })(0, 2)).toThrow('exceeded maximum attempts (2)');
  });
});
