import type { Duration } from '../duration.js';
import type { RetryStrategy } from '../../operations/step-config.js';
import { growingDelay } from './growing-delay.js';
import { jittered, type JitterStrategy } from './jitter.js';
import { checkFilters, filteredStrategy, type RetryFilters } from './retry-filters.js';
import { attemptsOf, checkSettings, delayOf, jitterOf, rateOf } from './strategy-settings.js';

export interface RetryStrategyConfig extends RetryFilters {
  /** The total number of attempts, the first included: a whole number of at least 1. @defaultValue 3 */
  maxAttempts?: number;
  /** @defaultValue 5 seconds */
  initialDelay?: Duration;
  /** @defaultValue 300 seconds */
  maxDelay?: Duration;
  /** Each delay is this many times the one before; above 0. @defaultValue 2 */
  backoffRate?: number;
  /** @defaultValue `JitterStrategy.FULL` */
  jitter?: JitterStrategy;
}

const MAKER = 'createRetryStrategy()';

/**
 * Retries with delays that grow by a factor.
 *
 * @throws {ConfigValidationError} when a setting makes no sense
 * @example
 * createRetryStrategy({ maxAttempts: 5, initialDelay: { seconds: 2 }, retryableErrorTypes: [GatewayTimeout] })
 */
export function createRetryStrategy(config: RetryStrategyConfig = {}): RetryStrategy {
  checkSettings(config, MAKER);
  const { initialDelay = { seconds: 5 }, maxDelay = { seconds: 300 } } = config;
  const maxAttempts = attemptsOf(config.maxAttempts, 3, MAKER);
  const jitter = jitterOf(config.jitter, MAKER);
  const delays = {
    initialSeconds: delayOf('initialDelay', initialDelay, MAKER),
    backoffRate: rateOf(config.backoffRate, 2, MAKER),
    maxSeconds: delayOf('maxDelay', maxDelay, MAKER),
  };
  checkFilters(config, MAKER);
  return filteredStrategy(config, maxAttempts, (attempt) => jittered(growingDelay(delays, attempt), jitter));
}
