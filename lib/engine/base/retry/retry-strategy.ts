import type { RetryStrategy } from '../../operations/step-config.js';
import { growingDelay, type GrowingDelays } from './growing-delay.js';
import { checkFilters, filteredStrategy, type RetryFilters } from './retry-filters.js';
import { attemptsOf, checkSettings } from './strategy-settings.js';

export interface RetryStrategyConfig extends RetryFilters, GrowingDelays {
  /** The total number of attempts, the first included: a whole number of at least 1. @defaultValue 3 */
  maxAttempts?: number;
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
  const maxAttempts = attemptsOf(config.maxAttempts, 3, MAKER);
  const delaySeconds = growingDelay(config, 2, MAKER);
  checkFilters(config, MAKER);
  return filteredStrategy(config, maxAttempts, delaySeconds);
}
