import type { Operation, OperationStatus, OperationUpdate, StepDetails } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import { TimerPurpose } from '../effect.js';
import type { OperationRecord } from '../execution-state.js';
import { eventData } from '../history-event.js';
import { invalidParameter } from '../service-error.js';
import type { ActionTable } from './action-table.js';
import { newOperation } from './start-operation.js';

export const STEP_ACTIONS: ActionTable = { START: start, SUCCEED: succeed, FAIL: fail, RETRY: retry };

function start(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  if (existing && existing.operation.Status !== 'READY') throw invalidParameter('Invalid current STEP state to start.');
  const operation: Operation = existing
    ? { ...existing.operation, Status: 'STARTED' }
    : { ...newOperation(draft, update), StepDetails: { Attempt: 0 } };
  const record = put(draft, { operation }, existing);
  draft.recordOperation('StepStarted', record, {});
}

function succeed(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  const attempt = nextAttempt(existing, 'close');
  const record = close(draft, update, {
    existing,
    status: 'SUCCEEDED',
    details: { Attempt: attempt, Result: update.Payload },
  });
  draft.recordOperation('StepSucceeded', record, {
    Result: eventData(update.Payload),
    RetryDetails: { CurrentAttempt: attempt },
  });
}

function fail(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  const attempt = nextAttempt(existing, 'close');
  const record = close(draft, update, {
    existing,
    status: 'FAILED',
    details: { Attempt: attempt, Error: update.Error },
  });
  draft.recordOperation('StepFailed', record, {
    Error: eventData(update.Error),
    RetryDetails: { CurrentAttempt: attempt },
  });
}

function retry(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  const delaySeconds = update.StepOptions?.NextAttemptDelaySeconds;
  if (delaySeconds === undefined) throw invalidParameter('Invalid StepOptions for the given action.');
  if (update.Payload !== undefined && update.Error !== undefined) {
    throw invalidParameter('Cannot provide both error and payload to RETRY a STEP.');
  }
  const attempt = nextAttempt(existing, 're-attempt');
  const retryAtMs = draft.dueIn(delaySeconds);
  const details: StepDetails = { Attempt: attempt, NextAttemptTimestamp: retryAtMs, ...outcomeOf(update) };
  const base = existing?.operation ?? newOperation(draft, update);
  const operation: Operation = { ...base, Status: 'PENDING', StepDetails: details };
  const record = put(draft, { operation, retryAtMs }, existing);
  draft.effect({
    kind: 'schedule',
    timer: { purpose: TimerPurpose.STEP_RETRY, operationId: update.Id, atMs: retryAtMs },
  });
  const RetryDetails = { CurrentAttempt: attempt, NextAttemptDelaySeconds: delaySeconds };
  if (update.Payload === undefined)
    draft.recordOperation('StepFailed', record, { Error: eventData(update.Error), RetryDetails });
  else draft.recordOperation('StepSucceeded', record, { Result: eventData(update.Payload), RetryDetails });
}

/** The retry is due: the function may start the next attempt. No event reports it. */
export function becomeReady(draft: Draft, record: OperationRecord): void {
  const { NextAttemptTimestamp: _, ...details } = record.operation.StepDetails ?? {};
  draft.replaceFromOutside({
    index: record.index,
    operation: { ...record.operation, Status: 'READY', StepDetails: details },
  });
}

/** The number of the attempt that ends with this update. */
function nextAttempt(existing: OperationRecord | undefined, purpose: 'close' | 're-attempt'): number {
  const status = existing?.operation.Status;
  if (status !== undefined && status !== 'STARTED' && status !== 'READY') {
    throw invalidParameter(`Invalid current STEP state to ${purpose}.`);
  }
  return (existing?.operation.StepDetails?.Attempt ?? 0) + 1;
}

interface Closing {
  existing: OperationRecord | undefined;
  status: OperationStatus;
  details: StepDetails;
}

function close(draft: Draft, update: OperationUpdate, { existing, status, details }: Closing): OperationRecord {
  const base = existing?.operation ?? newOperation(draft, update);
  const operation: Operation = { ...base, Status: status, EndTimestamp: draft.nowMs, StepDetails: details };
  return put(draft, { operation }, existing);
}

function outcomeOf({ Payload, Error }: OperationUpdate): StepDetails {
  if (Payload !== undefined) return { Result: Payload };
  return Error === undefined ? {} : { Error };
}

/** @param record without its position, which it keeps or receives */
function put(
  draft: Draft,
  record: Omit<OperationRecord, 'index'>,
  existing: OperationRecord | undefined,
): OperationRecord {
  if (!existing) return draft.create(record.operation, record);
  const replaced = { ...record, index: existing.index };
  draft.replace(replaced);
  return replaced;
}
