import { type Duration, toSeconds } from '../duration.js';
import type { RetryStrategy } from '../operations/step-config.js';
import { isRetried, jittered, type JitterStrategy, type RetryFilters } from './retry-strategy.js';

export interface LinearRetryStrategyConfig extends RetryFilters {
  /** Attempts in all, the first included. @defaultValue 6 */
  maxAttempts?: number;
  /** @defaultValue 1 second */
  initialDelay?: Duration;
  /** Each delay is longer by this than the one before. @defaultValue 1 second */
  increment?: Duration;
  /** @defaultValue 300 seconds */
  maxDelay?: Duration;
  /** @defaultValue `JitterStrategy.FULL` */
  jitter?: JitterStrategy;
}

/** Retries with delays that grow by the same amount each time. */
export function createLinearRetryStrategy(config: LinearRetryStrategyConfig = {}): RetryStrategy {
  const { maxAttempts = 6, jitter = 'FULL' } = config;
  const initialSeconds = toSeconds(config.initialDelay ?? { seconds: 1 });
  const incrementSeconds = toSeconds(config.increment ?? { seconds: 1 });
  const maxSeconds = toSeconds(config.maxDelay ?? { seconds: 300 });
  return (error, attemptCount) => {
    if (attemptCount >= maxAttempts || !isRetried(error, config)) return { shouldRetry: false };
    const seconds = Math.min(initialSeconds + incrementSeconds * (attemptCount - 1), maxSeconds);
    return { shouldRetry: true, delay: { seconds: jittered(seconds, jitter) } };
  };
}
