import { type Duration, toSeconds } from '../duration.js';
import type { WaitForConditionWaitStrategyFunc } from '../operations/wait-for-condition-config.js';
import { jittered, type JitterStrategy } from './retry-strategy.js';

export interface WaitStrategyConfig<T> {
  /** Whether this state will not do yet. */
  shouldContinuePolling: (state: T) => boolean;
  /** Checks in all, the first included. @defaultValue 60 */
  maxAttempts?: number;
  /** @defaultValue 5 seconds */
  initialDelay?: Duration;
  /** @defaultValue 300 seconds */
  maxDelay?: Duration;
  /** Each delay is this many times the one before. @defaultValue 1.5 */
  backoffRate?: number;
  /** @defaultValue `JitterStrategy.FULL` */
  jitter?: JitterStrategy;
  /** Of no effect, as in the official SDK: bound the number of checks with `maxAttempts`. */
  timeoutSeconds?: number;
}

/**
 * Checks until the state will do, with delays that grow by a factor.
 *
 * @throws {Error} (from the strategy, which fails the operation) when the last of `maxAttempts` checks will not do either
 * @example
 * createWaitStrategy({ shouldContinuePolling: (job) => job.status === 'running', maxAttempts: 20 })
 */
export function createWaitStrategy<T>(config: WaitStrategyConfig<T>): WaitForConditionWaitStrategyFunc<T> {
  const { shouldContinuePolling, maxAttempts = 60, backoffRate = 1.5, jitter = 'FULL' } = config;
  const initialSeconds = toSeconds(config.initialDelay ?? { seconds: 5 });
  const maxSeconds = toSeconds(config.maxDelay ?? { seconds: 300 });
  return (state, attempt) => {
    if (!shouldContinuePolling(state)) return { shouldContinue: false };
    if (attempt >= maxAttempts) throw new Error(`waitForCondition exceeded maximum attempts (${maxAttempts})`);
    const seconds = Math.min(initialSeconds * backoffRate ** (attempt - 1), maxSeconds);
    return { shouldContinue: true, delay: { seconds: jittered(seconds, jitter) } };
  };
}
