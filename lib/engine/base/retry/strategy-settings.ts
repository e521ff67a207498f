import { secondsOf } from '../duration.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { shown } from '../errors/shown.js';
import { isSettingsObject } from '../settings-object.js';
import { JitterStrategy } from './jitter.js';

/** A wrong strategy is reported when it is created: at the first failure it would be too late. */
export function refuse(setting: string, value: unknown, remedy: string): never {
  throw new ConfigValidationError(`${setting} is ${shown(value)}. ${remedy}`);
}

/** @throws {ConfigValidationError} unless it is an object */
export function checkSettings(config: object, maker: string): void {
  if (!isSettingsObject(config)) refuse(`The configuration of ${maker}`, config, 'Give an object.');
}

/** @throws {ConfigValidationError} unless it is a whole number of at least 1, or `Infinity` */
export function attemptsOf(maxAttempts: number | undefined, byDefault: number, maker: string): number {
  if (maxAttempts === undefined) return byDefault;
  if (maxAttempts === Infinity || (Number.isInteger(maxAttempts) && maxAttempts >= 1)) return maxAttempts;
  return refuse(
    `maxAttempts of ${maker}`,
    maxAttempts,
    'Give a whole number of at least 1: the first attempt is counted.',
  );
}

/** @throws {ConfigValidationError} unless it is a number above 0 */
export function rateOf(backoffRate: number | undefined, byDefault: number, maker: string): number {
  if (backoffRate === undefined) return byDefault;
  if (Number.isFinite(backoffRate) && backoffRate > 0) return backoffRate;
  return refuse(`backoffRate of ${maker}`, backoffRate, 'Give a number above 0, such as 2 for delays that double.');
}

/** @throws {ConfigValidationError} unless it is one of the constants */
export function jitterOf(jitter: JitterStrategy | undefined, maker: string): JitterStrategy {
  if (jitter === undefined) return 'FULL';
  const words: readonly string[] = Object.values(JitterStrategy);
  if (words.includes(jitter)) return jitter;
  return refuse(`jitter of ${maker}`, jitter, `Give one of ${words.join(', ')}.`);
}

/** @throws {ConfigValidationError} unless it is a duration */
export function delayOf(setting: string, delay: unknown, maker: string): number {
  return secondsOf(delay, `${setting} of ${maker}`);
}
