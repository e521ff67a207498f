import type { Operation } from '../../wire/operation.js';
import type { Pause } from '../core/execution-state.js';
import type { EventDetails, EventType, HistoryEvent } from '../core/history-event.js';
import type { ExecutionSummary } from '../store/store.js';

/** Bodies contain epoch seconds with a fraction; everything here uses epoch milliseconds. */
export function toSeconds(epochMs: number): number {
  return epochMs / 1000;
}

export function operationForm(operation: Operation): Operation {
  const form: Operation = { ...operation, StartTimestamp: toSeconds(Number(operation.StartTimestamp)) };
  if (operation.EndTimestamp !== undefined) form.EndTimestamp = toSeconds(Number(operation.EndTimestamp));
  const { StepDetails, WaitDetails } = operation;
  if (StepDetails?.NextAttemptTimestamp !== undefined) {
    form.StepDetails = { ...StepDetails, NextAttemptTimestamp: toSeconds(Number(StepDetails.NextAttemptTimestamp)) };
  }
  if (WaitDetails?.ScheduledEndTimestamp !== undefined) {
    form.WaitDetails = { ScheduledEndTimestamp: toSeconds(Number(WaitDetails.ScheduledEndTimestamp)) };
  }
  return form;
}

/** An event in a response; beside these members it has one named after its type, with its details. */
export interface HistoryEventForm {
  EventType: EventType;
  EventId: number;
  /** Epoch seconds. */
  EventTimestamp: number;
  Id?: string | undefined;
  Name?: string | undefined;
  SubType?: string | undefined;
  ParentId?: string | undefined;
  [details: `${string}Details`]: object;
}

export function eventForm(event: HistoryEvent, includesData: boolean): HistoryEventForm {
  const { type, eventId, atMs, id, name, subType, parentId, details } = event;
  const form: HistoryEventForm = {
    EventType: type,
    EventId: eventId,
    EventTimestamp: toSeconds(atMs),
    Id: id,
    Name: name,
    SubType: subType,
    ParentId: parentId,
  };
  form[`${type}Details`] = detailsForm(details, includesData);
  return form;
}

const MOMENTS = [
  'ScheduledEndTimestamp',
  'StartTimestamp',
  'EndTimestamp',
  'PauseRequestTimestamp',
  'ResumeRequestTimestamp',
] as const;

function detailsForm(details: EventDetails, includesData: boolean): object {
  const form: Record<string, unknown> = { ...details };
  for (const moment of MOMENTS) {
    const epochMs = details[moment];
    if (epochMs !== undefined) form[moment] = toSeconds(epochMs);
  }
  if (includesData) return form;
  for (const data of ['Input', 'Result', 'Error', 'Reason'] as const) {
    if (details[data]) form[data] = { Truncated: details[data].Truncated };
  }
  return form;
}

function executionForm({ start, progress }: ExecutionSummary): object {
  return {
    DurableExecutionArn: start.arn,
    DurableExecutionName: start.name,
    FunctionArn: start.functionArn,
    Status: progress.status,
    StartTimestamp: toSeconds(start.startedAtMs),
    EndTimestamp: progress.endedAtMs === undefined ? undefined : toSeconds(progress.endedAtMs),
  };
}

export function listedExecutionForm(execution: ExecutionSummary): object {
  return { ...executionForm(execution), KMSKeyArn: execution.start.kmsKeyArn };
}

export function executionDetailForm(execution: ExecutionSummary, includesData: boolean): object {
  const { start, progress } = execution;
  const data = { InputPayload: start.input, Result: progress.result, Error: progress.error };
  return {
    ...executionForm(execution),
    ...(includesData ? data : {}),
    Version: start.version,
    TraceHeader: start.traceId === undefined ? undefined : { XAmznTraceId: start.traceId },
    ExecutionDataIncluded: includesData,
    PauseDetails: progress.pause && pauseForm(progress.pause, includesData),
    DurableConfig: {
      KMSKeyArn: start.kmsKeyArn,
      RetentionPeriodInDays: start.retentionDays,
      ExecutionTimeout: start.timeoutSeconds,
    },
  };
}

function pauseForm({ requestedAtMs, reason, stopsTimeout }: Pause, includesData: boolean): object {
  return {
    ExecutionTimeoutPaused: stopsTimeout,
    PauseRequestTimestamp: toSeconds(requestedAtMs),
    ...(includesData && { Reason: reason }),
  };
}
