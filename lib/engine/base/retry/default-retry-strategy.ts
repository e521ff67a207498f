import { createRetryStrategy } from './retry-strategy.js';

/** 6 attempts, 5 s doubling up to 60 s, full jitter: what a step without a strategy uses (PROTOCOL §5.3). */
export const defaultRetryStrategy = createRetryStrategy({
  maxAttempts: 6,
  initialDelay: { seconds: 5 },
  maxDelay: { seconds: 60 },
});
