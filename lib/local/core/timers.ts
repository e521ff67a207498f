import { closeExecution } from './close-execution.js';
import type { Draft } from './draft.js';
import type { DueTimer, TimerKey } from './effect.js';
import { TimerPurpose } from './effect.js';
import type { ExecutionState, OperationRecord } from './execution-state.js';
import { deadlineMsOf, isOpen } from './execution-state.js';
import { timeOutCallback } from './operations/callback.js';
import { becomeReady } from './operations/step.js';
import { elapse } from './operations/wait.js';

/** A timer became due; nothing happens if its purpose is already settled. */
export function fireTimer(draft: Draft, { purpose, operationId }: TimerKey): void {
  if (!isOpen(draft.before)) return;
  const record = draft.before.pending.has(operationId) ? draft.find(operationId) : undefined;
  switch (purpose) {
    case TimerPurpose.WAIT:
      return record && elapse(draft, record);
    case TimerPurpose.STEP_RETRY:
      return record && becomeReady(draft, record);
    case TimerPurpose.CALLBACK_TIMEOUT:
    case TimerPurpose.CALLBACK_HEARTBEAT:
      return record && timeOutCallback(draft, record, purpose);
    case TimerPurpose.EXECUTION_TIMEOUT:
      return closeExecution(draft, { status: 'TIMED_OUT' });
    case TimerPurpose.INVOCATION_RETRY:
      draft.progress.retryAtMs = undefined;
      draft.progress.owed = true;
      return draft.effect({ kind: 'wake' });
    default:
      return purpose satisfies never;
  }
}

/** Every timer of an open execution, for a service that starts again. */
export function timersOf(state: ExecutionState): DueTimer[] {
  const { progress, pending, operations } = state;
  const timers: DueTimer[] = [];
  const isTimeoutStopped = progress.pause?.stopsTimeout === true && progress.pause.pausedAtMs !== undefined;
  if (!isTimeoutStopped) {
    timers.push({ purpose: TimerPurpose.EXECUTION_TIMEOUT, operationId: '', atMs: deadlineMsOf(state) });
  }
  if (progress.retryAtMs !== undefined) {
    timers.push({ purpose: TimerPurpose.INVOCATION_RETRY, operationId: '', atMs: progress.retryAtMs });
  }
  for (const id of pending) timers.push(...operationTimers(operations.get(id) as OperationRecord));
  return timers;
}

function operationTimers({ operation, retryAtMs, timeoutAtMs, heartbeatAtMs }: OperationRecord): DueTimer[] {
  const operationId = operation.Id;
  const timers: DueTimer[] = [];
  if (retryAtMs !== undefined) timers.push({ purpose: TimerPurpose.STEP_RETRY, operationId, atMs: retryAtMs });
  if (timeoutAtMs !== undefined) {
    const purpose = operation.Type === 'WAIT' ? TimerPurpose.WAIT : TimerPurpose.CALLBACK_TIMEOUT;
    timers.push({ purpose, operationId, atMs: timeoutAtMs });
  }
  if (heartbeatAtMs !== undefined)
    timers.push({ purpose: TimerPurpose.CALLBACK_HEARTBEAT, operationId, atMs: heartbeatAtMs });
  return timers;
}
