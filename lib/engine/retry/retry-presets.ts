import { createLinearRetryStrategy } from './linear-retry-strategy.js';
import { createRetryStrategy } from './retry-strategy.js';

/** Strategies by name (numbers: PROTOCOL §5.3). */
export const retryPresets = {
  /** 6 attempts, 5 s doubling up to 60 s, full jitter: what a step without a strategy uses. */
  default: createRetryStrategy({ maxAttempts: 6, initialDelay: { seconds: 5 }, maxDelay: { seconds: 60 } }),
  /** 6 attempts after 1, 2, 3, 4 and 5 seconds. */
  linear: createLinearRetryStrategy({ maxAttempts: 6, maxDelay: { seconds: 5 }, jitter: 'NONE' }),
  /** One attempt. */
  noRetry: createRetryStrategy({ maxAttempts: 1 }),
};
