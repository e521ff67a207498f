import type { ErrorObject, Event, Execution, GetDurableExecutionResponse } from '@aws-sdk/client-lambda';
import { isObject } from '../wire/read-records.js';
import { unreadable } from '../wire/unreadable-answer.js';
import type {
  ExecutionDescription,
  ExecutionSummary,
  HistoryEvent,
  HistoryEventDetails,
  RecordedError,
} from './control-types.js';

function toRecordedError(error: ErrorObject): RecordedError {
  return compact({
    type: error.ErrorType,
    message: error.ErrorMessage,
    data: error.ErrorData,
    stackTrace: error.StackTrace,
  });
}

export function toErrorObject({ type, message, data, stackTrace }: RecordedError): ErrorObject {
  return compact({ ErrorType: type, ErrorMessage: message, ErrorData: data, StackTrace: stackTrace });
}

export function toSummary(execution: Execution): ExecutionSummary {
  // The service promises all of these members; the AWS SDK types every member of a response as optional.
  return compact({
    executionArn: execution.DurableExecutionArn,
    executionName: execution.DurableExecutionName,
    functionArn: execution.FunctionArn,
    status: execution.Status,
    startedAt: execution.StartTimestamp,
    endedAt: execution.EndTimestamp,
  }) as ExecutionSummary;
}

/** @throws {UnreadableAnswerError} when the response is not that of an execution, such as `{}` */
export function toDescription(execution: GetDurableExecutionResponse): ExecutionDescription {
  const { Status } = execution;
  if (typeof Status !== 'string') throw unreadable('The response to GetDurableExecution', 'Status', Status);
  return compact({
    ...toSummary(execution),
    version: execution.Version,
    input: execution.InputPayload,
    result: execution.Result,
    error: execution.Error && toRecordedError(execution.Error),
    traceId: execution.TraceHeader?.XAmznTraceId,
  });
}

/** Reads the list in a page. @throws {UnreadableAnswerError} when there is none: an empty list is a list, too */
export function readList<T>(apiName: string, member: string, list: readonly T[] | undefined): readonly T[] {
  const answer = `The response to ${apiName}`;
  if (!Array.isArray(list)) throw unreadable(answer, member, list);
  const at = list.findIndex((item) => !isObject(item));
  if (at >= 0) throw unreadable(answer, `${member}[${at}]`, list[at]);
  return list as readonly T[];
}

export function toHistoryEvent(event: Event): HistoryEvent {
  return compact({
    eventId: event.EventId,
    type: event.EventType,
    at: event.EventTimestamp,
    operationId: event.Id,
    name: event.Name,
    subType: event.SubType,
    parentId: event.ParentId,
    details: toDetails(event),
  }) as HistoryEvent;
}

type DetailsOf<T> = Required<T>[Extract<keyof T, `${string}Details`>];
type UnionToIntersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void
  ? I
  : never;
type AnyDetails = Partial<UnionToIntersection<NonNullable<DetailsOf<Event>>>>;

/** An event carries exactly one `<EventType>Details` member, named after its type. */
function toDetails(event: Event): HistoryEventDetails {
  const details: AnyDetails = (event[`${event.EventType}Details` as keyof Event] as AnyDetails | undefined) ?? {};
  const { Input, Result, Error, RetryDetails, RequestId } = details;
  return compact({
    input: Input?.Payload,
    result: Result?.Payload,
    error: Error?.Payload && toRecordedError(Error.Payload),
    truncated: (Input ?? Result ?? Error)?.Truncated,
    attempt: RetryDetails?.CurrentAttempt,
    nextAttemptDelaySeconds: RetryDetails?.NextAttemptDelaySeconds,
    durationSeconds: details.Duration,
    scheduledEndAt: details.ScheduledEndTimestamp,
    executionTimeoutSeconds: details.ExecutionTimeout,
    callbackId: details.CallbackId,
    callbackTimeoutSeconds: details.Timeout,
    heartbeatTimeoutSeconds: details.HeartbeatTimeout,
    functionName: details.FunctionName,
    executedVersion: details.ExecutedVersion,
    executionArn: details.DurableExecutionArn,
    tenantId: details.TenantId,
    invocation:
      RequestId === undefined
        ? undefined
        : { requestId: RequestId, startedAt: details.StartTimestamp, endedAt: details.EndTimestamp },
  });
}

/** Leaves out absent members, which the service may write as null, so that results print and compare well. */
function compact<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null)) as T;
}
