import type { OperationStatus, OperationUpdate } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import type { OperationRecord } from '../execution-state.js';
import { eventData } from '../history-event.js';
import { invalidParameter } from '../service-error.js';
import type { ActionTable } from './action-table.js';
import { assertAbsent, newOperation } from './start-operation.js';

export const CONTEXT_ACTIONS: ActionTable = { START: start, SUCCEED: succeed, FAIL: fail };

function start(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  assertAbsent(existing, update);
  const record = draft.create({ ...newOperation(draft, update), ContextDetails: {} });
  draft.recordOperation('ContextStarted', record, {});
}

function succeed(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  const record = close(draft, update, { existing, status: 'SUCCEEDED' });
  draft.recordOperation('ContextSucceeded', record, { Result: eventData(update.Payload) });
}

function fail(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  const record = close(draft, update, { existing, status: 'FAILED' });
  draft.recordOperation('ContextFailed', record, { Error: eventData(update.Error) });
}

interface Closing {
  existing: OperationRecord | undefined;
  status: OperationStatus;
}

function close(draft: Draft, update: OperationUpdate, { existing, status }: Closing): OperationRecord {
  if (existing?.operation.Status !== 'STARTED') throw invalidParameter('Invalid current CONTEXT state to close.');
  const { Payload, Error, ContextOptions } = update;
  const details = {
    ...(ContextOptions?.ReplayChildren === undefined ? {} : { ReplayChildren: ContextOptions.ReplayChildren }),
    ...(Payload === undefined ? {} : { Result: Payload }),
    ...(Error === undefined ? {} : { Error }),
  };
  const operation = { ...existing.operation, Status: status, EndTimestamp: draft.nowMs, ContextDetails: details };
  const record = { index: existing.index, operation };
  draft.replace(record);
  return record;
}
