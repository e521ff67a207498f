import { defaultRetryStrategy } from './default-retry-strategy.js';
import { createLinearRetryStrategy } from './linear-retry-strategy.js';
import { createRetryStrategy } from './retry-strategy.js';

/**
 * Strategies by name, with the numbers of the official SDK (docs/protocol.md#steps-and-retries). Marked as pure, so
 * that bundles contain only those that are used.
 */
export const retryPresets = {
  /** 6 attempts, 5 s doubling up to 60 s, full jitter: what a step without a strategy uses. */
  default: defaultRetryStrategy,
  /** 6 attempts after 1, 2, 3, 4 and 5 seconds. */
  linear: /* @__PURE__ */ createLinearRetryStrategy({ maxAttempts: 6, maxDelay: { seconds: 5 }, jitter: 'NONE' }),
  /** One attempt. */
  noRetry: /* @__PURE__ */ createRetryStrategy({ maxAttempts: 1 }),
};
