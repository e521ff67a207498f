import { ConfigValidationError } from './errors/context-errors.js';
import { shown } from './errors/shown.js';
import { handled } from './handled.js';

/** A length of time, the sum of its parts; every part is a whole or fractional number of units, none negative. */
export type Duration =
  | { days: number; hours?: number; minutes?: number; seconds?: number }
  | { hours: number; minutes?: number; seconds?: number }
  | { minutes: number; seconds?: number }
  | { seconds: number };

const UNIT_SECONDS = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 } as const;
const UNITS = Object.keys(UNIT_SECONDS) as Array<keyof typeof UNIT_SECONDS>;

/**
 * Units of durations of other libraries. They are not supported here, so a duration with one of them would be too
 * short.
 */
const OTHER_UNITS = ['years', 'quarters', 'months', 'weeks', 'milliseconds', 'microseconds', 'nanoseconds'] as const;

/**
 * The length of a duration in seconds.
 *
 * @param duration - the value from user code
 * @param what - its name in the message, such as `The timeout of Callback "approval"`
 * @param maximum - in seconds
 * @throws {ConfigValidationError} when it has no unit or an unknown one, contains anything but numbers of at least 0,
 *   or is longer than the maximum
 */
export function secondsOf(duration: unknown, what: string, maximum = Infinity): number {
  const seconds = secondsIn(duration);
  if (seconds !== undefined && seconds <= maximum) return seconds;
  throw new ConfigValidationError(durationProblem(duration, what, maximum));
}

/** What is wrong with a duration, and the correct form. */
export function durationProblem(duration: unknown, what: string, maximum = Infinity): string {
  const most = maximum === Infinity ? '' : `, at most ${maximum} seconds in all`;
  const empty = UNITS.filter((unit) => isEmpty(duration, unit));
  const leave = empty.length > 0 ? ` Leave out ${empty.join(' and ')}, or give 0.` : '';
  return (
    `${what} is ${shown(duration)}. Give an object of days, hours, minutes and seconds, such as { minutes: 5 }, in ` +
    `numbers of at least 0${most}.${leave}`
  );
}

/** Whether a unit is there without a value, as where an optional setting is passed on. */
function isEmpty(duration: unknown, unit: string): boolean {
  try {
    const parts = Object(duration) as Record<string, unknown>;
    return unit in parts && (parts[unit] === undefined || parts[unit] === null);
  } catch {
    return false;
  }
}

/** The shortest delay that the service accepts, in seconds. */
const SHORTEST_DELAY_SECONDS = 1;

/**
 * A delay in the form that the service accepts: whole seconds, at least 1, at most `maximum`. The service would refuse
 * zero and fractions with a permanent 400, and a rounding error would end the execution.
 */
export function toDelaySeconds(seconds: number, maximum: number): number {
  return Math.min(Math.max(Math.ceil(seconds), SHORTEST_DELAY_SECONDS), maximum);
}

/** The length of a duration in seconds; `undefined` if it is not a duration, or cannot be read. */
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
    // Inherited members too: durations of other libraries have getters.
    if (!(unit in parts)) continue;
    const part = parts[unit];
    if (typeof part !== 'number' || !(part >= 0 && part < Infinity)) {
      if (part instanceof Promise) void handled(part);
      return undefined;
    }
    sum = (sum ?? 0) + part * UNIT_SECONDS[unit];
  }
  return sum;
}

/** A misspelt unit would silently be left out of the sum. */
function namesOtherUnit(value: object): boolean {
  if (OTHER_UNITS.some((unit) => (value as Record<string, unknown>)[unit])) return true;
  return isPlain(value) && Object.keys(value).some((name) => !Object.hasOwn(UNIT_SECONDS, name));
}

/** Objects of any realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
