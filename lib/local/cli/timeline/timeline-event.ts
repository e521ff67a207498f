import { toEpochMs } from '../../../wire/timestamp.js';
import type { ErrorObject, WireTimestamp } from '../../../wire/operation.js';

/** An event of an execution's history, as the API and the AWS client return it (docs/protocol.md#history). */
export interface TimelineEvent {
  EventType?: string | undefined;
  EventId?: number | undefined;
  EventTimestamp?: WireTimestamp | undefined;
  Id?: string | undefined;
  Name?: string | undefined;
  SubType?: string | undefined;
  ParentId?: string | undefined;
}

/** The members of an event's `…Details` member. */
export interface TimelineDetails {
  Input?: { Payload?: string };
  Result?: { Payload?: string };
  Reason?: { Payload?: string };
  Error?: { Payload?: ErrorObject };
  Duration?: number;
  RetryDetails?: { CurrentAttempt?: number; NextAttemptDelaySeconds?: number };
  CallbackId?: string;
  Timeout?: number;
  FunctionName?: string;
  DurableExecutionArn?: string;
  StartTimestamp?: WireTimestamp;
  EndTimestamp?: WireTimestamp;
  RequestId?: string;
}

/** The details of an event: the member that is named after its type. */
export function detailsOf(event: TimelineEvent): TimelineDetails {
  const details = (event as Record<string, unknown>)[`${event.EventType}Details`];
  return details ?? {};
}

export function epochMsOf(event: TimelineEvent): number {
  return toEpochMs(event.EventTimestamp) ?? 0;
}
