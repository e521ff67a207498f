import type { CallbackDetails, ErrorObject, OperationStatus, OperationUpdate } from '../../../wire/operation.js';
import { mintCallbackId } from '../callback-id.js';
import type { Draft } from '../draft.js';
import { TimerPurpose } from '../effect.js';
import type { OperationRecord } from '../execution-state.js';
import { eventData } from '../history-event.js';
import type { ActionTable } from './action-table.js';
import { assertAbsent, newOperation } from './start-operation.js';

export const CALLBACK_ACTIONS: ActionTable = { START: start };

function start(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  assertAbsent(existing, update);
  const { TimeoutSeconds = 0, HeartbeatTimeoutSeconds = 0 } = update.CallbackOptions ?? {};
  const CallbackId = mintCallbackId(draft.before.start.id, update.Id, draft.env.newId());
  const operation = { ...newOperation(draft, update), CallbackDetails: { CallbackId } };
  const record = draft.create(operation, {
    ...(TimeoutSeconds > 0 ? { timeoutAtMs: draft.dueIn(TimeoutSeconds) } : {}),
    ...(HeartbeatTimeoutSeconds > 0
      ? { heartbeatAtMs: draft.dueIn(HeartbeatTimeoutSeconds), heartbeatSeconds: HeartbeatTimeoutSeconds }
      : {}),
  });
  draft.recordOperation('CallbackStarted', record, {
    CallbackId,
    ...(TimeoutSeconds > 0 ? { Timeout: TimeoutSeconds } : {}),
    ...(HeartbeatTimeoutSeconds > 0 ? { HeartbeatTimeout: HeartbeatTimeoutSeconds } : {}),
  });
  schedule(draft, record);
}

function schedule(draft: Draft, { operation, timeoutAtMs, heartbeatAtMs }: OperationRecord): void {
  const operationId = operation.Id;
  if (timeoutAtMs !== undefined) {
    draft.effect({
      kind: 'schedule',
      timer: { purpose: TimerPurpose.CALLBACK_TIMEOUT, operationId, atMs: timeoutAtMs },
    });
  }
  if (heartbeatAtMs !== undefined) {
    draft.effect({
      kind: 'schedule',
      timer: { purpose: TimerPurpose.CALLBACK_HEARTBEAT, operationId, atMs: heartbeatAtMs },
    });
  }
}

/** The sender completed the callback. An empty body leaves the result absent. */
export function succeedCallback(draft: Draft, existing: OperationRecord, result: string | undefined): void {
  const record = close(draft, existing, {
    status: 'SUCCEEDED',
    details: result === undefined ? {} : { Result: result },
  });
  draft.recordOperation('CallbackSucceeded', record, { Result: eventData(result) });
}

export function failCallback(draft: Draft, existing: OperationRecord, error: ErrorObject): void {
  const record = close(draft, existing, { status: 'FAILED', details: { Error: error } });
  draft.recordOperation('CallbackFailed', record, { Error: eventData(error) });
}

/** The heartbeat's timer starts again, if there is one. */
export function beatCallback(draft: Draft, existing: OperationRecord): void {
  if (existing.heartbeatSeconds === undefined) return;
  const record = { ...existing, heartbeatAtMs: draft.dueIn(existing.heartbeatSeconds) };
  draft.replace(record);
  schedule(draft, record);
}

/** The operation has type and message, the event only the type. */
const TIMEOUT_ERRORS = {
  [TimerPurpose.CALLBACK_TIMEOUT]: { ErrorType: 'Callback.Timeout', ErrorMessage: 'Callback timed out' },
  [TimerPurpose.CALLBACK_HEARTBEAT]: {
    ErrorType: 'Callback.Heartbeat',
    ErrorMessage: 'Callback timed out on heartbeat',
  },
} as const;

export function timeOutCallback(draft: Draft, existing: OperationRecord, purpose: keyof typeof TIMEOUT_ERRORS): void {
  const error = TIMEOUT_ERRORS[purpose];
  const record = close(draft, existing, { status: 'TIMED_OUT', details: { Error: error } });
  draft.recordOperation('CallbackTimedOut', record, { Error: eventData<ErrorObject>({ ErrorType: error.ErrorType }) });
}

interface Closing {
  status: OperationStatus;
  details: Pick<CallbackDetails, 'Result' | 'Error'>;
}

function close(draft: Draft, existing: OperationRecord, { status, details }: Closing): OperationRecord {
  const { operation, index } = existing;
  const record = {
    index,
    operation: {
      ...operation,
      Status: status,
      EndTimestamp: draft.nowMs,
      CallbackDetails: { ...operation.CallbackDetails, ...details },
    },
  };
  draft.replaceFromOutside(record);
  for (const purpose of [TimerPurpose.CALLBACK_TIMEOUT, TimerPurpose.CALLBACK_HEARTBEAT]) {
    draft.effect({ kind: 'unschedule', timer: { purpose, operationId: operation.Id } });
  }
  return record;
}
