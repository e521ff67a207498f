import { brand, brandOf, ownBrandName } from './error-brand.js';

/**
 * Base of every error of this package.
 *
 * `instanceof` and the guards of `recognise.ts` check the brand, so an error from another copy of the package is
 * recognised.
 */
export abstract class DurableExecutionsError extends Error {
  /** What programs match on: a constant of the class, or AWS's error name for a failed call of the durable API. */
  declare readonly code: string;

  static {
    brand(this, 'DurableExecutionsError', 'DURABLE_EXECUTION_ERROR');
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const name = ownBrandName(this);
    return name === undefined
      ? Function.prototype[Symbol.hasInstance].call(this, value)
      : brandOf(value).includes(name);
  }
}
