import type { RetryStrategy } from '../../operations/step-config.js';
import { countsOnly } from './counting-strategies.js';
import { createRetryStrategy } from './retry-strategy.js';

let made: RetryStrategy | undefined;

/**
 * 6 attempts, 5 s doubling up to 60 s, full jitter: what a step without a strategy uses, in every official SDK. Made for
 * the first failure: every function loads this file at start.
 */
export const defaultRetryStrategy: RetryStrategy = countsOnly((error, attemptCount) => {
  made ??= createRetryStrategy({ maxAttempts: 6, initialDelay: { seconds: 5 }, maxDelay: { seconds: 60 } });
  return made(error, attemptCount);
});
