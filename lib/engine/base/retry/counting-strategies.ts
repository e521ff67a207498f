import type { RetryStrategy } from '../../operations/step-config.js';

const counting = new WeakSet<RetryStrategy>();

/** Notes that a strategy counts attempts and looks at no error, so that rules may say which errors are worth one. */
export function countsOnly(strategy: RetryStrategy): RetryStrategy {
  counting.add(strategy);
  return strategy;
}

/** Whether a strategy decides by the error itself; the one that a step has by default does not. */
export function asksNoRules(strategy: RetryStrategy | undefined): boolean {
  return strategy !== undefined && !counting.has(strategy);
}
