import { type Duration, secondsIn } from '../../engine/base/duration.js';

/** A length of time: `{ days: 2 }`, or text such as `2 days`, `90 minutes` or `1 h 30 min`. */
export type LengthOfTime = Duration | string;

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const PART = /(\d+(?:\.\d+)?)\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|h|days?|d)(?![a-z])/gi;

/** @throws {TypeError} when it is not a length of time */
export function toMilliseconds(length: LengthOfTime): number {
  const ms = typeof length === 'string' ? parse(length) : (secondsIn(length) ?? NaN) * 1000;
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new TypeError(
    `${JSON.stringify(length)} is not a length of time. Give a duration such as { days: 2 }, or text such as '2 days' or '1 h 30 min'.`,
  );
}

function parse(text: string): number {
  const parts = [...text.matchAll(PART)];
  const rest = text.replace(PART, '').replace(/[\s,]|and/g, '');
  if (parts.length === 0 || rest !== '') return NaN;
  return parts.reduce((total, [, count, unit]) => total + Number(count) * UNIT_MS[keyOf(unit!.toLowerCase())]!, 0);
}

function keyOf(unit: string): string {
  return unit.startsWith('milli') || unit === 'ms' ? 'ms' : unit.charAt(0);
}
