import type { WireTimestamp } from './operation.js';

/** As milliseconds this is in 1973, so smaller numbers are seconds, the only other unit that the service uses. */
const EARLIEST_EPOCH_MS = 100_000_000_000;
/**
 * As seconds this is in 1973, too. A smaller number is no time of the service in either unit: it comes from a stand-in
 * for it, whose numbers count milliseconds like those of the invocation event and like its dates.
 */
const EARLIEST_EPOCH_SECONDS = 100_000_000;

/**
 * Reads every form in which the service and its local replacements write a timestamp: epoch milliseconds, epoch seconds
 * with a fraction, a number as text, ISO-8601, Java's `yyyy-MM-dd HH:mm:ss.SSSXXX`, or a `Date`
 * (docs/protocol.md#the-invocation-event, #transport-and-errors).
 *
 * @returns milliseconds since the epoch, or `undefined` for anything else
 */
export function toEpochMs(timestamp: WireTimestamp | null | undefined): number | undefined {
  if (timestamp === undefined || timestamp === null || timestamp === '') return undefined;
  if (typeof timestamp === 'object') return isDate(timestamp) ? finite(timestamp.getTime()) : undefined;
  const asNumber = Number(timestamp);
  if (Number.isFinite(asNumber)) return isSeconds(asNumber) ? asNumber * 1000 : asNumber;
  return finite(Date.parse(String(timestamp).replace(' ', 'T')));
}

function isSeconds(epoch: number): boolean {
  return epoch >= EARLIEST_EPOCH_SECONDS && epoch < EARLIEST_EPOCH_MS;
}

/** A date of any realm; any other object is not a timestamp. */
function isDate(value: object): value is Date {
  return typeof (value as Partial<Date>).getTime === 'function';
}

function finite(epochMs: number): number | undefined {
  return Number.isFinite(epochMs) ? epochMs : undefined;
}
