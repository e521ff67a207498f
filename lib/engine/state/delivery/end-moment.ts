import type { Operation } from '../../../wire/operation.js';
import { toEpochMs } from '../../../wire/timestamp.js';

/** Less than a millisecond, which is what the service records. */
const BEHIND_OWN_ENDS_MS = 0.5;

/** How far the clock of the service may be ahead of the one here; one that is further ahead tells nothing here. */
export const LONGEST_LEAD_MS = 2;

/** Whether the service alone ends such an operation, at any time; the others end by a request of the invocation. */
export function endsOutside({ Type }: Pick<Operation, 'Type'>): boolean {
  return Type === 'WAIT' || Type === 'CALLBACK' || Type === 'CHAINED_INVOKE';
}

/**
 * Where the end of an operation stands in the record, in epoch milliseconds. An end from outside stands behind all of the
 * invocation's own that bear the same millisecond: it may have come after them, to be told by a later answer. The reverse
 * cannot be, for an own end is not sent in the millisecond of one from outside that is known.
 *
 * @returns undefined where the service does not say
 */
export function endMomentOf(operation: Pick<Operation, 'Type' | 'EndTimestamp'>): number | undefined {
  const endedMs = toEpochMs(operation.EndTimestamp);
  return endedMs !== undefined && endsOutside(operation) ? endedMs + BEHIND_OWN_ENDS_MS : endedMs;
}

/**
 * How much longer something may be recorded in a millisecond from which something is known, in milliseconds. Nothing, but
 * over a connection that takes no time.
 */
export function msLeftOf(recordedMs: number, nowMs: number): number {
  const leftMs = recordedMs + 1 - nowMs;
  return leftMs > 0 && leftMs <= LONGEST_LEAD_MS ? leftMs : 0;
}
