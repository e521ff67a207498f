import { shared } from '../../../process-state.js';
import type { RetryStrategy } from '../../operations/step-config.js';

/** Of all copies of this package: a library may be compiled with another copy than the engine that runs its steps. */
const counting = shared('counting-strategies', () => new WeakSet<RetryStrategy>());

/**
 * Marks a strategy that counts attempts and inspects no error, so that rules may decide which errors are worth a retry.
 */
export function countsOnly(strategy: RetryStrategy): RetryStrategy {
  counting.add(strategy);
  return strategy;
}

/** Whether a strategy decides by the error itself; the default strategy of a step does not, nor does what is none. */
export function asksNoRules(strategy: RetryStrategy | null | undefined): boolean {
  return typeof strategy === 'function' && !counting.has(strategy);
}
