import type { Bindings } from './bindings.js';
import { type Difference, findDifference } from './match-value.js';

/** An event of a history, expected or actual; what the service calls its fields. */
export interface HistoryEvent {
  EventId: number;
  EventType?: string;
  [field: string]: unknown;
}

export interface HistoryDifference extends Difference {
  eventId: number;
}

/**
 * Looks every expected event up by its `EventId` and compares it; actual events that are not listed are ignored.
 *
 * @returns the first difference in the order of the expectations, or `undefined`
 */
export function findHistoryDifference(
  expected: readonly HistoryEvent[],
  actual: readonly HistoryEvent[],
  bindings: Bindings,
): HistoryDifference | undefined {
  const byId = new Map(actual.map((event) => [event.EventId, event]));
  for (const event of expected) {
    const found = byId.get(event.EventId);
    if (!found) {
      const reason = `the history ends before event ${event.EventId}`;
      return { eventId: event.EventId, path: '', expected: event, actual: undefined, reason };
    }
    const difference = findDifference(event, found, { bindings });
    if (difference) return { ...difference, eventId: event.EventId };
  }
  return undefined;
}
