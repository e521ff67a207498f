import { ConfigValidationError } from './errors/context-errors.js';
import { shown } from './errors/shown.js';

/** A length of time, summed from its parts; every part is a number of whole or fractional units, none negative. */
export type Duration =
  | { days: number; hours?: number; minutes?: number; seconds?: number }
  | { hours: number; minutes?: number; seconds?: number }
  | { minutes: number; seconds?: number }
  | { seconds: number };

const UNIT_SECONDS = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 } as const;
const UNITS = Object.keys(UNIT_SECONDS) as Array<keyof typeof UNIT_SECONDS>;

/** Units of durations of other libraries. They are not counted here, so a duration that holds one would be too short. */
const OTHER_UNITS = ['years', 'quarters', 'months', 'weeks', 'milliseconds', 'microseconds', 'nanoseconds'] as const;

/**
 * The length of a duration in seconds.
 *
 * @param duration - whatever user code has given as one
 * @param what - how the message names it, such as `The timeout of Callback "approval"`
 * @param maximum - in seconds
 * @throws {ConfigValidationError} when it names no unit or another one, holds anything but numbers from 0 on, or is
 *   longer than the maximum
 */
export function secondsOf(duration: unknown, what: string, maximum = Infinity): number {
  const seconds = secondsIn(duration);
  if (seconds !== undefined && seconds <= maximum) return seconds;
  throw new ConfigValidationError(durationProblem(duration, what, maximum));
}

/** What is wrong with a duration, and how to give one. */
export function durationProblem(duration: unknown, what: string, maximum = Infinity): string {
  const most = maximum === Infinity ? '' : `, at most ${maximum} seconds in all`;
  return (
    `${what} is ${shown(duration)}. Give an object of days, hours, minutes and seconds, such as { minutes: 5 }, in ` +
    `numbers from 0 on${most}.`
  );
}

/** The shortest delay that the service accepts, in seconds. */
const SHORTEST_DELAY_SECONDS = 1;

/**
 * A delay as the service takes it: whole seconds, at least 1, at most `maximum`. It would refuse zero and fractions with a
 * permanent 400, which would end the execution for a rounding error.
 */
export function toDelaySeconds(seconds: number, maximum: number): number {
  return Math.min(Math.max(Math.ceil(seconds), SHORTEST_DELAY_SECONDS), maximum);
}

/** The length of a duration in seconds; `undefined` where it is none, or cannot be read. */
export function secondsIn(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return namesOtherUnit(value) ? undefined : sumOfParts(value as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

function sumOfParts(parts: Record<string, unknown>): number | undefined {
  let sum: number | undefined;
  for (const unit of UNITS) {
    // Not only own members: durations of other libraries have getters.
    if (!(unit in parts)) continue;
    const part = parts[unit];
    if (typeof part !== 'number' || !(part >= 0 && part < Infinity)) return undefined;
    sum = (sum ?? 0) + part * UNIT_SECONDS[unit];
  }
  return sum;
}

/** A misspelt unit would be left out of the sum, and nobody would know. */
function namesOtherUnit(value: object): boolean {
  if (OTHER_UNITS.some((unit) => (value as Record<string, unknown>)[unit])) return true;
  return isPlain(value) && Object.keys(value).some((name) => !Object.hasOwn(UNIT_SECONDS, name));
}

/** Of any realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
