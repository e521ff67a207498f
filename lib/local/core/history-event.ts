import type { ErrorObject } from '../../wire/operation.js';

export type OperationEventType =
  | 'ContextStarted'
  | 'ContextSucceeded'
  | 'ContextFailed'
  | 'WaitStarted'
  | 'WaitSucceeded'
  | 'WaitCancelled'
  | 'StepStarted'
  | 'StepSucceeded'
  | 'StepFailed'
  | 'CallbackStarted'
  | 'CallbackSucceeded'
  | 'CallbackFailed'
  | 'CallbackTimedOut'
  | 'ChainedInvokeStarted'
  | 'ChainedInvokeSucceeded'
  | 'ChainedInvokeFailed'
  | 'ChainedInvokeTimedOut'
  | 'ChainedInvokeStopped';

export type ExecutionEventType =
  | 'ExecutionStarted'
  | 'ExecutionPaused'
  | 'ExecutionResumed'
  | 'ExecutionSucceeded'
  | 'ExecutionFailed'
  | 'ExecutionTimedOut'
  | 'ExecutionStopped';

export type EventType = OperationEventType | ExecutionEventType | 'InvocationCompleted';

/** The details member of an event; timestamps are epoch milliseconds here and seconds in the API. */
export interface EventDetails {
  Input?: EventData<string>;
  Result?: EventData<string>;
  Error?: EventData<ErrorObject>;
  Reason?: EventData<string>;
  ExecutionTimeoutPaused?: boolean;
  PauseRequestTimestamp?: number;
  ResumeRequestTimestamp?: number;
  ExecutionTimeout?: number;
  Duration?: number;
  ScheduledEndTimestamp?: number;
  RetryDetails?: { CurrentAttempt: number; NextAttemptDelaySeconds?: number };
  CallbackId?: string;
  Timeout?: number;
  HeartbeatTimeout?: number;
  FunctionName?: string;
  TenantId?: string;
  ExecutedVersion?: string;
  DurableExecutionArn?: string;
  StartTimestamp?: number;
  EndTimestamp?: number;
  RequestId?: string;
}

export interface EventData<T> {
  Payload?: T;
  Truncated: boolean;
}

/** An event of a history (docs/protocol.md#history). */
export interface HistoryEvent {
  type: EventType;
  /** From 1, without gaps, in the order of the events. */
  eventId: number;
  atMs: number;
  id?: string | undefined;
  name?: string | undefined;
  subType?: string | undefined;
  parentId?: string | undefined;
  details: EventDetails;
}

export function eventData<T>(payload: T | undefined): EventData<T> {
  return payload === undefined ? { Truncated: false } : { Payload: payload, Truncated: false };
}
