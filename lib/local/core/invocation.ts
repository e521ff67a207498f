import type { ErrorObject } from '../../wire/operation.js';
import type { FunctionResult } from '../functions/function-runtime.js';
import { mintToken } from './checkpoint-token.js';
import { closeExecution, resultBytesLimit } from './close-execution.js';
import type { Draft } from './draft.js';
import { TimerPurpose } from './effect.js';
import type { Envelope } from './envelope.js';
import { EMPTY_PENDING_MESSAGE, readEnvelope } from './envelope.js';
import { isOpen } from './execution-state.js';
import type { StatePage } from './page.js';
import { statePage } from './page.js';
import { becomePausedWhenIdle } from './pause.js';
import type { FailureKind, InvocationRetryPolicy } from './retry-policy.js';
import { failureKindOf, retryDelayMs } from './retry-policy.js';

/** What the function receives when it is invoked. */
export interface InvocationEvent {
  arn: string;
  token: string;
  page: StatePage;
  updatedIds: readonly string[];
}

/** A new invocation: it gets the only valid token and receives all changes. */
export function beginInvocation(draft: Draft, requestId: string): InvocationEvent {
  const { progress, before, env } = draft;
  progress.invocation += 1;
  progress.sequence = 0;
  progress.retryAtMs = undefined;
  progress.owed = undefined;
  progress.running = { requestId, startedAtMs: draft.nowMs };
  draft.tellAll();
  return {
    arn: before.start.arn,
    token: mintToken(draft),
    page: statePage(before, 0, { items: env.limits.initialStateItems, bytes: env.limits.pageBytes }),
    updatedIds: [...before.updated],
  };
}

/** The function responded or failed. Its response counts only while the execution is open. */
export function endInvocation(draft: Draft, result: FunctionResult, policy: InvocationRetryPolicy): void {
  if (!isOpen(draft.before)) return recordEnd(draft, errorOf(result));
  draft.progress.token = undefined;
  if (draft.progress.interrupted) endInterrupted(draft, result);
  else takeAnswer(draft, result, policy);
  becomePausedWhenIdle(draft);
}

/** A pause has cut the invocation off: its response is not an outcome, and its error not a failure. */
function endInterrupted(draft: Draft, result: FunctionResult): void {
  draft.progress.interrupted = undefined;
  recordEnd(draft, errorOf(result));
  draft.effect({ kind: 'wake' });
}

function takeAnswer(draft: Draft, result: FunctionResult, policy: InvocationRetryPolicy): void {
  if (result.kind === 'failed')
    return fail(draft, { error: errorOf(result) ?? {}, kind: failureKindOf(result.errorType), policy });
  const envelope = readEnvelope(result.payload, resultBytesLimit(draft));
  const violation = 'violation' in envelope ? envelope.violation : pendingViolation(draft, envelope);
  if (violation !== undefined) {
    const error = { ErrorType: 'InvalidParameterValueException', ErrorMessage: violation };
    return fail(draft, { error, kind: 'invalid-output', policy });
  }
  settle(draft, envelope as Envelope);
}

/**
 * The service went down while the function ran: the invocation is abandoned. Unless the execution has ended, it is
 * repeated immediately and does not count as the function's failure.
 */
export function abandonInvocation(draft: Draft): void {
  recordEnd(draft, {
    ErrorType: 'Sandbox.Stopped',
    ErrorMessage: 'The service stopped while the function was running.',
  });
  if (!isOpen(draft.before)) return;
  draft.progress.token = undefined;
  draft.progress.interrupted = undefined;
  draft.progress.owed = true;
  becomePausedWhenIdle(draft);
}

function settle(draft: Draft, envelope: Envelope): void {
  draft.progress.failures = 0;
  draft.see();
  recordEnd(draft, envelope.status === 'FAILED' ? envelope.error : undefined);
  switch (envelope.status) {
    case 'SUCCEEDED':
    case 'FAILED':
      return closeExecution(draft, envelope);
    case 'PENDING':
      if (draft.before.untold.size > 0) draft.effect({ kind: 'wake' });
      return;
    default:
      return envelope satisfies never;
  }
}

/**
 * An operation that completed while the function ran and was not delivered yet counts as pending: the function is
 * invoked again for it.
 */
function pendingViolation({ before }: Draft, envelope: Envelope): string | undefined {
  const isIdle = before.pending.size === 0 && before.untold.size === 0;
  return envelope.status === 'PENDING' && isIdle ? EMPTY_PENDING_MESSAGE : undefined;
}

interface Failure {
  error: ErrorObject;
  kind: FailureKind;
  policy: InvocationRetryPolicy;
}

function fail(draft: Draft, { error, kind, policy }: Failure): void {
  const { progress } = draft;
  recordEnd(draft, error);
  progress.failures += 1;
  const delayMs = retryDelayMs(policy, kind, progress.failures);
  if (delayMs === undefined) return closeExecution(draft, { status: 'FAILED', error });
  const atMs = draft.dueIn(delayMs / 1000);
  progress.retryAtMs = atMs;
  draft.effect({ kind: 'schedule', timer: { purpose: TimerPurpose.INVOCATION_RETRY, operationId: '', atMs } });
}

function recordEnd(draft: Draft, error: ErrorObject | undefined): void {
  const { running } = draft.progress;
  draft.progress.running = undefined;
  if (!running) return;
  draft.recordInvocation({
    StartTimestamp: running.startedAtMs,
    EndTimestamp: draft.nowMs,
    RequestId: running.requestId,
    ...(error === undefined ? {} : { Error: { Payload: error, Truncated: false } }),
  });
}

/** Lambda's own form of a function error, as an error object. */
export function errorOf(result: FunctionResult): ErrorObject | undefined {
  if (result.kind === 'returned') return undefined;
  const { errorType, errorMessage, stackTrace } = result;
  return { ErrorType: errorType, ErrorMessage: errorMessage, ...(stackTrace ? { StackTrace: stackTrace } : {}) };
}
