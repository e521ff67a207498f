import type { Duration } from '../duration.js';
import { jittered, type JitterStrategy } from './jitter.js';
import { delayOf, jitterOf, rateOf } from './strategy-settings.js';

/** Delays that grow by a factor. */
export interface GrowingDelays {
  /** @defaultValue 5 seconds */
  initialDelay?: Duration;
  /** @defaultValue 300 seconds */
  maxDelay?: Duration;
  /** Each delay is this many times the one before; above 0. @defaultValue 2, for a condition 1.5 */
  backoffRate?: number;
  /** @defaultValue `JitterStrategy.FULL` */
  jitter?: JitterStrategy;
}

/**
 * @param usualRate - by default
 * @returns seconds after an attempt, from 1
 * @throws {ConfigValidationError} when a setting makes no sense
 */
export function growingDelay(config: GrowingDelays, usualRate: number, maker: string): (attempt: number) => number {
  const { initialDelay = { seconds: 5 }, maxDelay = { seconds: 300 } } = config;
  const jitter = jitterOf(config.jitter, maker);
  const initialSeconds = delayOf('initialDelay', initialDelay, maker);
  const rate = rateOf(config.backoffRate, usualRate, maker);
  const maxSeconds = delayOf('maxDelay', maxDelay, maker);
  return (attempt) => {
    // Never infinite, so that no delay stays none.
    const factor = Math.min(rate ** (attempt - 1), Number.MAX_VALUE);
    return jittered(Math.min(initialSeconds * factor, maxSeconds), jitter);
  };
}
