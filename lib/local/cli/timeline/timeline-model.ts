import { startOfText } from '../../../wire/named-start.js';
import { toEpochMs } from '../../../wire/timestamp.js';
import type { ErrorObject } from '../../../wire/operation.js';
import { detailsOf, epochMsOf } from './timeline-event.js';
import type { TimelineDetails, TimelineEvent } from './timeline-event.js';

export const SpanStatus = {
  RUNNING: 'running',
  PAUSED: 'paused',
  /** Between two attempts. */
  RETRYING: 'retrying',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  STOPPED: 'stopped',
  CANCELLED: 'cancelled',
} as const;
export type SpanStatus = (typeof SpanStatus)[keyof typeof SpanStatus];

/** A period, from epoch milliseconds to epoch milliseconds; without an end it continues. */
export interface Span {
  startMs: number;
  endMs?: number;
  status: SpanStatus;
  error?: ErrorObject;
}

/** An operation and its children. */
export interface OperationSpan extends Span {
  id: string;
  name?: string;
  /** `Step`, `WaitForCallback`, …: the subtype, or else the type. */
  kind: string;
  /** Whether the function works while it is open, rather than waiting for something else. */
  isWork: boolean;
  /** One per attempt; attempts that ended by a retry have an error or are polls. */
  attempts: Span[];
  waitSeconds?: number;
  callbackId?: string;
  functionName?: string;
  children: OperationSpan[];
}

/** A period in which none of the function's code runs. */
export interface Pause {
  startMs: number;
  /** When it was resumed. */
  endMs?: number;
  reason?: string;
}

export interface Timeline extends Span {
  name?: string;
  /** The `@Durable()` method that the caller has named. */
  handler?: string;
  input?: string | undefined;
  result?: string;
  operations: OperationSpan[];
  invocations: Span[];
  pauses: Pause[];
}

const OPERATION_EVENT =
  /^(Context|Step|Wait|Callback|ChainedInvoke)(Started|Succeeded|Failed|TimedOut|Cancelled|Stopped)$/;
const EXECUTION_EVENT = /^Execution(Started|Paused|Resumed|Succeeded|Failed|TimedOut|Stopped)$/;

const STATUS_OF: Readonly<Record<string, SpanStatus>> = {
  Started: SpanStatus.RUNNING,
  Succeeded: SpanStatus.SUCCEEDED,
  Failed: SpanStatus.FAILED,
  TimedOut: SpanStatus.TIMED_OUT,
  Stopped: SpanStatus.STOPPED,
  Cancelled: SpanStatus.CANCELLED,
};

/** Reads a history, in order from its first event, as a tree of spans. */
export function toTimeline(events: readonly TimelineEvent[]): Timeline {
  const [first] = events;
  const timeline: Timeline = {
    startMs: first ? epochMsOf(first) : 0,
    status: SpanStatus.RUNNING,
    operations: [],
    invocations: [],
    pauses: [],
  };
  const byId = new Map<string, OperationSpan>();
  for (const event of events) {
    const [, operationType, operationChange] = OPERATION_EVENT.exec(event.EventType ?? '') ?? [];
    const [, executionChange] = EXECUTION_EVENT.exec(event.EventType ?? '') ?? [];
    if (operationType && operationChange) addOperationEvent({ timeline, byId, event, operationType, operationChange });
    else if (executionChange) addExecutionEvent(timeline, event, executionChange);
    else if (event.EventType === 'InvocationCompleted') timeline.invocations.push(invocationOf(event));
  }
  return timeline;
}

function addExecutionEvent(timeline: Timeline, event: TimelineEvent, change: string): void {
  const { Input, Result, Reason } = detailsOf(event);
  const pause = timeline.pauses.at(-1);
  switch (change) {
    case 'Started':
      timeline.name = event.Name;
      Object.assign(timeline, startOfText(Input?.Payload));
      return;
    case 'Paused':
      timeline.status = SpanStatus.PAUSED;
      timeline.pauses.push({ startMs: epochMsOf(event), reason: Reason?.Payload });
      return;
    case 'Resumed':
      timeline.status = SpanStatus.RUNNING;
      if (pause) pause.endMs ??= epochMsOf(event);
      return;
    default:
      close(timeline, event, change);
      timeline.result = Result?.Payload;
      if (pause) pause.endMs ??= timeline.endMs;
  }
}

function invocationOf(event: TimelineEvent): Span {
  const { StartTimestamp, EndTimestamp, Error: error } = detailsOf(event);
  const atMs = epochMsOf(event);
  return {
    startMs: toEpochMs(StartTimestamp) ?? atMs,
    endMs: toEpochMs(EndTimestamp) ?? atMs,
    status: error?.Payload ? SpanStatus.FAILED : SpanStatus.SUCCEEDED,
    error: error?.Payload,
  };
}

interface OperationEvent {
  timeline: Timeline;
  byId: Map<string, OperationSpan>;
  event: TimelineEvent;
  operationType: string;
  operationChange: string;
}

function addOperationEvent({ timeline, byId, event, operationType, operationChange }: OperationEvent): void {
  const details = detailsOf(event);
  const operation = byId.get(event.Id ?? '') ?? newOperation(event, operationType);
  if (!byId.has(operation.id)) {
    byId.set(operation.id, operation);
    (byId.get(event.ParentId ?? '')?.children ?? timeline.operations).push(operation);
  }
  describe(operation, details);
  if (operationChange === 'Started') return startAttempt(operation, event);
  const attempt = operation.attempts.at(-1);
  if (attempt && attempt.endMs === undefined) close(attempt, event, operationChange);
  if (details.RetryDetails?.NextAttemptDelaySeconds !== undefined) operation.status = SpanStatus.RETRYING;
  else close(operation, event, operationChange);
}

function newOperation(event: TimelineEvent, type: string): OperationSpan {
  return {
    id: event.Id ?? '',
    name: event.Name,
    kind: event.SubType ?? type,
    isWork: type === 'Step',
    startMs: epochMsOf(event),
    status: SpanStatus.RUNNING,
    attempts: [],
    children: [],
  };
}

function describe(operation: OperationSpan, { Duration, CallbackId, FunctionName }: TimelineDetails): void {
  operation.waitSeconds ??= Duration;
  operation.callbackId ??= CallbackId;
  operation.functionName ??= FunctionName;
}

function startAttempt(operation: OperationSpan, event: TimelineEvent): void {
  operation.status = SpanStatus.RUNNING;
  operation.attempts.push({ startMs: epochMsOf(event), status: SpanStatus.RUNNING });
}

function close(span: Span, event: TimelineEvent, change: string): void {
  span.endMs = epochMsOf(event);
  span.status = STATUS_OF[change] ?? SpanStatus.RUNNING;
  span.error = detailsOf(event).Error?.Payload;
}
