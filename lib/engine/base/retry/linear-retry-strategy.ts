import type { Duration } from '../duration.js';
import type { RetryStrategy } from '../../operations/step-config.js';
import { jittered, type JitterStrategy } from './jitter.js';
import { checkFilters, filteredStrategy, type RetryFilters } from './retry-filters.js';
import { attemptsOf, checkSettings, delayOf, jitterOf } from './strategy-settings.js';

export interface LinearRetryStrategyConfig extends RetryFilters {
  /** The total number of attempts, the first included: a whole number of at least 1. @defaultValue 6 */
  maxAttempts?: number;
  /** @defaultValue 1 second */
  initialDelay?: Duration;
  /** By how much each delay is longer than the one before. @defaultValue 1 second */
  increment?: Duration;
  /** @defaultValue 300 seconds */
  maxDelay?: Duration;
  /** @defaultValue `JitterStrategy.FULL` */
  jitter?: JitterStrategy;
}

const MAKER = 'createLinearRetryStrategy()';

/**
 * Retries with delays that grow by the same amount each time.
 *
 * @throws {ConfigValidationError} when a setting is invalid
 */
export function createLinearRetryStrategy(config: LinearRetryStrategyConfig = {}): RetryStrategy {
  checkSettings(config, MAKER);
  const { initialDelay = { seconds: 1 }, increment = { seconds: 1 }, maxDelay = { seconds: 300 } } = config;
  const maxAttempts = attemptsOf(config.maxAttempts, 6, MAKER);
  const jitter = jitterOf(config.jitter, MAKER);
  const initialSeconds = delayOf('initialDelay', initialDelay, MAKER);
  const incrementSeconds = delayOf('increment', increment, MAKER);
  const maxSeconds = delayOf('maxDelay', maxDelay, MAKER);
  checkFilters(config, MAKER);
  return filteredStrategy(config, maxAttempts, (attempt) =>
    jittered(Math.min(initialSeconds + incrementSeconds * (attempt - 1), maxSeconds), jitter),
  );
}
