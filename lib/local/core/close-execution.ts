import type { ErrorObject } from '../../wire/operation.js';
import type { Draft } from './draft.js';
import { ExecutionStatus } from './execution-state.js';
import { eventData } from './history-event.js';

/** How an execution ends. */
export type Closing =
  | { status: 'SUCCEEDED'; result: string | undefined }
  | { status: 'FAILED'; error: ErrorObject }
  | { status: 'STOPPED'; error: ErrorObject }
  | { status: 'TIMED_OUT' };

const DAY_MS = 86_400_000;

/** Ends the execution: functions can record nothing more, and none of its timers is left. */
export function closeExecution(draft: Draft, closing: Closing): void {
  const { progress } = draft;
  progress.status = ExecutionStatus[closing.status];
  progress.endedAtMs = draft.nowMs;
  progress.expiresAtMs = draft.env.unskippedMs + draft.before.start.retentionDays * DAY_MS;
  progress.token = undefined;
  progress.retryAtMs = undefined;
  progress.pause = undefined;
  progress.owed = undefined;
  recordClosing(draft, closing);
  draft.effect({ kind: 'closed' });
}

function recordClosing(draft: Draft, closing: Closing): void {
  const { progress } = draft;
  switch (closing.status) {
    case 'SUCCEEDED':
      progress.result = closing.result;
      return draft.recordExecution('ExecutionSucceeded', { Result: eventData(closing.result) });
    case 'FAILED':
      progress.error = closing.error;
      return draft.recordExecution('ExecutionFailed', { Error: eventData(closing.error) });
    case 'STOPPED':
      progress.error = closing.error;
      return draft.recordExecution('ExecutionStopped', { Error: eventData(closing.error) });
    case 'TIMED_OUT':
      progress.error = { ErrorMessage: `Execution timed out after ${draft.before.start.deadlineSeconds} seconds.` };
      return draft.recordExecution('ExecutionTimedOut', { Error: { Truncated: false } });
    default:
      return closing satisfies never;
  }
}

/** Bytes that the result of this execution may have (docs/protocol.md#the-response). */
export function resultBytesLimit({ before, env }: Draft): number {
  return before.start.synchronous ? env.limits.syncPayloadBytes : env.limits.asyncPayloadBytes;
}
