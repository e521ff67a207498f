import type { Draft } from './draft.js';
import { TimerPurpose } from './effect.js';
import type { ControlRequest, Pause } from './execution-state.js';
import { deadlineMsOf, isOpen, needsInvocation } from './execution-state.js';
import { eventData } from './history-event.js';
import { conflict, invalidParameter } from './service-error.js';

export interface PauseRequest {
  clientToken?: string | undefined;
  reason?: string | undefined;
  /** @defaultValue false */
  executionTimeoutPaused?: boolean | undefined;
}

export interface ResumeRequest {
  clientToken?: string | undefined;
  reason?: string | undefined;
}

/**
 * None of the function's code runs until the execution is resumed. An invocation in progress continues until its next
 * checkpoint; timers, callbacks and chained invokes continue all the time.
 *
 * @throws {ServiceError} unless it is RUNNING
 */
export function pauseExecution(draft: Draft, request: PauseRequest): void {
  if (isRepetition(draft, 'pause', request)) return;
  const { progress } = draft;
  if (progress.status !== 'RUNNING') throw conflict(`A durable execution that is ${progress.status} cannot be paused.`);
  const { reason, executionTimeoutPaused: stopsTimeout = false } = request;
  progress.pause = { requestedAtMs: draft.env.nowMs, reason, stopsTimeout };
  progress.status = 'PAUSING';
  becomePausedWhenIdle(draft);
}

/**
 * Lets the execution continue: the function is invoked if the pause cut an invocation off, or anything has completed
 * since. A pause that has not taken effect yet is cancelled.
 *
 * @throws {ServiceError} unless it is PAUSING or PAUSED
 */
export function resumeExecution(draft: Draft, request: ResumeRequest): void {
  if (isRepetition(draft, 'resume', request)) return;
  const { progress } = draft;
  if (!isOpen({ progress }) || !progress.pause)
    throw conflict(`A durable execution that is ${progress.status} cannot be resumed.`);
  const { pause } = progress;
  progress.status = 'RUNNING';
  progress.pause = undefined;
  if (pause.pausedAtMs === undefined) return;
  draft.recordExecution('ExecutionResumed', {
    ResumeRequestTimestamp: draft.env.nowMs,
    ...(request.reason === undefined ? {} : { Reason: eventData(request.reason) }),
  });
  startTimeout(draft, pause);
  if (needsInvocation(draft.before)) draft.effect({ kind: 'wake' });
}

/** The checkpoint after the request to pause: the invocation gets no further token. */
export function interruptInvocation(draft: Draft): undefined {
  draft.progress.token = undefined;
  draft.progress.interrupted = true;
  draft.progress.owed = true;
  becomePausedWhenIdle(draft);
}

/** A pause takes effect as soon as no invocation is in progress that could still record something. */
export function becomePausedWhenIdle(draft: Draft): void {
  const { progress } = draft;
  const { pause } = progress;
  const isInProgress = progress.running !== undefined && !progress.interrupted;
  if (progress.status !== 'PAUSING' || !pause || isInProgress) return;
  progress.status = 'PAUSED';
  progress.pause = { ...pause, pausedAtMs: draft.nowMs };
  draft.recordExecution('ExecutionPaused', {
    ExecutionTimeoutPaused: pause.stopsTimeout,
    PauseRequestTimestamp: pause.requestedAtMs,
    ...(pause.reason === undefined ? {} : { Reason: eventData(pause.reason) }),
  });
  if (pause.stopsTimeout) {
    draft.effect({ kind: 'unschedule', timer: { purpose: TimerPurpose.EXECUTION_TIMEOUT, operationId: '' } });
  }
}

function startTimeout(draft: Draft, { stopsTimeout, pausedAtMs = draft.nowMs }: Pause): void {
  if (!stopsTimeout) return;
  const { progress } = draft;
  progress.timeoutPausedMs = (progress.timeoutPausedMs ?? 0) + draft.nowMs - pausedAtMs;
  const atMs = deadlineMsOf({ start: draft.before.start, progress });
  draft.effect({ kind: 'schedule', timer: { purpose: TimerPurpose.EXECUTION_TIMEOUT, operationId: '', atMs } });
}

/** How long a client token identifies its request. */
const CLIENT_TOKEN_MS = 15 * 60_000;

/** The number of remembered requests per execution; callers must not be able to fill the list without limit. */
const REMEMBERED_REQUESTS = 20;

/** Whether the same request was carried out before; if not, it is remembered. */
function isRepetition(
  draft: Draft,
  action: ControlRequest['action'],
  { clientToken, ...rest }: PauseRequest | ResumeRequest,
): boolean {
  if (clientToken === undefined) return false;
  const { progress, nowMs } = draft;
  const parameters = JSON.stringify(rest);
  const known = (progress.controlRequests ?? []).filter(({ atMs }) => nowMs - atMs < CLIENT_TOKEN_MS);
  const earlier = known.find((request) => request.action === action && request.clientToken === clientToken);
  if (earlier && earlier.parameters !== parameters)
    throw invalidParameter('The client token was used for a request with other parameters.');
  const request: ControlRequest = { action, clientToken, parameters, atMs: nowMs };
  if (!earlier) progress.controlRequests = [...known, request].slice(-REMEMBERED_REQUESTS);
  return earlier !== undefined;
}
