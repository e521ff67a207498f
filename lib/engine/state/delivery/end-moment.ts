import type { Operation } from '../../../wire/operation.js';
import { toEpochMs } from '../../../wire/timestamp.js';

/** Less than a millisecond, which is the resolution of the service. */
const BEHIND_OWN_ENDS_MS = 0.5;

/** How far the clock of the service may be ahead of this one; one that is further ahead is ignored here. */
export const LONGEST_LEAD_MS = 2;

/**
 * Whether only the service completes such an operation, at any time; the others complete by a request of the
 * invocation.
 */
export function endsOutside({ Type }: { Type: string }): boolean {
  return Type === 'WAIT' || Type === 'CALLBACK' || Type === 'CHAINED_INVOKE';
}

/**
 * The position of an operation's completion in the record, in epoch milliseconds. A completion from outside comes after
 * all of the invocation's own in the same millisecond: it may have happened after them, and arrive with a later
 * response. The reverse is impossible, because an own completion is not sent in the millisecond of a known one from
 * outside.
 *
 * @returns undefined if the service does not say
 */
export function endMomentOf(operation: Pick<Operation, 'Type' | 'EndTimestamp'>): number | undefined {
  const endedMs = toEpochMs(operation.EndTimestamp);
  return endedMs !== undefined && endsOutside(operation) ? endedMs + BEHIND_OWN_ENDS_MS : endedMs;
}

/**
 * When a request of an invocation recorded what code then received: the completion of an operation, or the id of a
 * callback, in epoch milliseconds.
 *
 * @returns undefined if the service does not say
 */
export function ownMomentOf(operation: Operation | undefined): number | undefined {
  return operation && toEpochMs(endsOutside(operation) ? operation.StartTimestamp : operation.EndTimestamp);
}

/**
 * How much longer something may be recorded in the millisecond of a known record, in milliseconds. Zero, except over a
 * connection that takes no time.
 */
export function msLeftOf(recordedMs: number, nowMs: number): number {
  const leftMs = recordedMs + 1 - nowMs;
  return leftMs > 0 && leftMs <= LONGEST_LEAD_MS ? leftMs : 0;
}
