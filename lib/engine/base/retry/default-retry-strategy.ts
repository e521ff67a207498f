import { createRetryStrategy } from './retry-strategy.js';

/** 6 attempts, 5 s doubling up to 60 s, full jitter: what a step without a strategy uses, in every official SDK. */
export const defaultRetryStrategy = createRetryStrategy({
  maxAttempts: 6,
  initialDelay: { seconds: 5 },
  maxDelay: { seconds: 60 },
});
