import { nodeModule } from '../../node-module.js';
import type { DurableControlClient } from '../../client/control-client.js';
import type { ExecutionStatus, RecordedError } from '../../client/control-types.js';
import { isEnd } from '../../wire/execution-end.js';
import { type ListeningState, listeningIn, type StopRequestEvent, writeStopRequest } from '../../wire/stop-request.js';
import { NothingListensError } from '../errors/nothing-listens-error.js';
import { awaitResult } from './await-result.js';
import { lookPauses } from './look-pauses.js';
import { mayStillPass } from './passing-failures.js';
import { assertGraceSeconds, type CompensatingStop } from './stop-reason.js';

const { setTimeout: sleep } = nodeModule('node:timers/promises');

/** How a stopped execution has ended. */
export interface StoppedExecution {
  /** `FAILED` with a `StopRequestedError` if everything was undone, `STOPPED` if the grace period was over before. */
  status: ExecutionStatus;
  endedAt: Date;
  /**
   * Of an execution without a result. A `StopRequestedError` whose message names undos reports those that have failed.
   */
  error?: RecordedError;
}

const GRACE_SECONDS = 60;

/**
 * Completes the callback on which the execution listens, waits until it ends, and stops it if that takes too long.
 *
 * @throws {NothingListensError} when it does not listen: then nothing was done
 * @throws {DurableControlError}
 */
export async function stopCompensating(
  control: DurableControlClient,
  executionArn: string,
  { compensate: _, graceSeconds = GRACE_SECONDS, ...reason }: CompensatingStop,
): Promise<StoppedExecution> {
  assertGraceSeconds(graceSeconds);
  const signal = AbortSignal.timeout(Math.min(graceSeconds * 1000, LONGEST_TIMER_MS));
  await ask({ control, executionArn, signal }, reason);
  // The status is read below; a failed request here fails there again.
  await awaitResult(control, executionArn, { signal }).catch(() => undefined);
  let seen = await control.describe(executionArn);
  if (!isEnd(seen.status)) {
    await control.stop(executionArn, reason);
    seen = await control.describe(executionArn);
  }
  const { status, endedAt, error } = seen;
  return { status, endedAt: endedAt!, ...(error && { error }) };
}

/** The maximum of Node's timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Asking {
  control: DurableControlClient;
  executionArn: string;
  signal: AbortSignal;
}

/** An execution without any operation gets the time to start; if it does not, there is nothing to undo. */
async function ask(asking: Asking, reason: RecordedError): Promise<void> {
  const { executionArn, signal } = asking;
  const startedMs = performance.now();
  let hasAnswered = false;
  for (const pauseMs of lookPauses()) {
    try {
      const heard = await askOnce(asking, reason);
      if (heard === 'nothing') throw new NothingListensError(executionArn);
      if (heard === 'asked or ended') return;
      hasAnswered = true;
    } catch (error) {
      if (!mayStillPass(error, { waitedMs: performance.now() - startedMs, hasAnswered })) throw error;
    }
    if (signal.aborted) return;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function askOnce({ control, executionArn }: Asking, reason: RecordedError) {
  const heard = await listening(control, executionArn);
  if (typeof heard === 'string') return heard;
  await complete(control, heard.callbackId, reason);
  return 'asked or ended';
}

/** If the callback was completed or the execution has ended since, there is nothing left to ask. */
async function complete(control: DurableControlClient, callbackId: string, reason: RecordedError): Promise<void> {
  try {
    await control.sendCallbackSuccess(callbackId, writeStopRequest(reason));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'CallbackTimeoutException') throw error;
  }
}

async function listening(control: DurableControlClient, executionArn: string): Promise<ListeningState> {
  const events: StopRequestEvent[] = [];
  for await (const event of control.history(executionArn, { includeData: false })) {
    const { type, name, subType, operationId, details } = event;
    events.push({ type, name, subType, operationId, callbackId: details.callbackId });
  }
  return listeningIn(events);
}
