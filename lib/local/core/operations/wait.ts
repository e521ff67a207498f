import type { OperationUpdate } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import { TimerPurpose } from '../effect.js';
import type { OperationRecord } from '../execution-state.js';
import { invalidParameter } from '../service-error.js';
import type { ActionTable } from './action-table.js';
import { assertAbsent, newOperation } from './start-operation.js';

export const WAIT_ACTIONS: ActionTable = { START: start, CANCEL: cancel };

function start(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  assertAbsent(existing, update);
  const seconds = update.WaitOptions?.WaitSeconds;
  if (seconds === undefined) throw invalidParameter('Update for WAIT operation requires WaitOptions.');
  const atMs = draft.dueIn(seconds);
  const operation = { ...newOperation(draft, update), WaitDetails: { ScheduledEndTimestamp: atMs } };
  const record = draft.create(operation, { timeoutAtMs: atMs, waitSeconds: seconds });
  draft.recordOperation('WaitStarted', record, { Duration: seconds, ScheduledEndTimestamp: atMs });
  draft.effect({ kind: 'schedule', timer: { purpose: TimerPurpose.WAIT, operationId: update.Id, atMs } });
}

function cancel(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  if (existing?.operation.Status !== 'STARTED') {
    throw invalidParameter('Cannot cancel a WAIT that does not exist or has already completed.');
  }
  const operation = { ...existing.operation, Status: 'CANCELLED' as const, EndTimestamp: draft.nowMs };
  const record = { index: existing.index, operation };
  draft.replace(record);
  draft.recordOperation(
    'WaitCancelled',
    record,
    update.Error ? { Error: { Payload: update.Error, Truncated: false } } : {},
  );
  draft.effect({ kind: 'unschedule', timer: { purpose: TimerPurpose.WAIT, operationId: update.Id } });
}

/** The wait completes. */
export function elapse(draft: Draft, existing: OperationRecord): void {
  const operation = { ...existing.operation, Status: 'SUCCEEDED' as const, EndTimestamp: draft.nowMs };
  const record = { index: existing.index, operation };
  draft.replaceFromOutside(record);
  draft.recordOperation('WaitSucceeded', record, { Duration: existing.waitSeconds });
}
