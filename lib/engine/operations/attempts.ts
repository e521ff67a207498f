import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import { isTerminalStatus, type OpenStatus, type Operation, type OperationUpdate } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import { type Duration, toDelaySeconds, toSeconds } from '../duration.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import { tellStepFailed } from '../failure-hooks.js';
import type { Next, OperationScope } from '../scope.js';
import { awaitService, conclude, replayRecord, save, whenKnown } from './next.js';
import { whenRecorded } from './recorded.js';
import { asFailed, failureOf, recordedEnd, type ResultForm, valueOf } from './result-form.js';

/** Seconds until the next attempt when a strategy names none. */
const DEFAULT_DELAY_SECONDS = 1;

/** What runs in attempts, which the service counts and whose next one it schedules: a STEP on the wire. */
export interface AttemptLogic<T> {
  readonly form: ResultForm;
  /** An attempt is due, the first one or the next, and the service has not been told of it. */
  beginAttempt(operation: OperationScope, existing: Operation | undefined): Next<T>;
  /** An attempt was begun by an invocation that ended before it did. */
  resumeAttempt(operation: OperationScope, existing: Operation): Next<T>;
}

/** Goes on from what is recorded. */
export function replayAttempts<T>(logic: AttemptLogic<T>, operation: OperationScope, record: Operation): Next<T> {
  const { Status } = record;
  return isTerminalStatus(Status)
    ? recordedEnd(logic.form, operation, record)
    : goOn(logic, operation, { record, status: Status });
}

function goOn<T>(
  logic: AttemptLogic<T>,
  operation: OperationScope,
  { record, status }: { record: Operation; status: OpenStatus },
): Next<T> {
  switch (status) {
    case 'PENDING':
      return awaitNextAttempt(record);
    case 'READY':
      return logic.beginAttempt(operation, record);
    case 'STARTED':
      return logic.resumeAttempt(operation, record);
    default:
      return status satisfies never;
  }
}

/** Saves what the last attempt came to. */
export function succeed<T>({ form }: AttemptLogic<T>, operation: OperationScope, value: unknown): Next<T> {
  return whenKnown(form.encode(value, operation), (Payload) =>
    conclude<T>({
      action: 'SUCCEED',
      content: { Payload },
      end: valueOf(form, operation, Payload),
      runsUserCode: form.runsUserCode(operation),
    }),
  );
}

/** Saves that there will be no further attempt, unless what was thrown ends the invocation. */
export function fail<T>({ form }: AttemptLogic<T>, operation: OperationScope, thrown: unknown): Next<T> {
  if (isUnrecoverableError(thrown)) throw thrown;
  tellFailed(operation, thrown);
  return whenRecorded(operation, thrown, (recorded) => {
    const end = failureOf<T>(form, operation, { recorded, status: 'FAILED', thrown });
    return conclude({ action: 'FAIL', content: { Error: recorded }, end, runsUserCode: false });
  });
}

/** Saves what this attempt came to, and leaves the next to the service. */
export function retry<T>(
  operation: OperationScope,
  { delay, ...content }: Pick<OperationUpdate, 'Payload' | 'Error'> & { delay: Duration | undefined },
): Next<T> {
  const NextAttemptDelaySeconds = delaySecondsOf(delay);
  return save('RETRY', { ...content, StepOptions: { NextAttemptDelaySeconds } }, () =>
    replayRecord(operation, () => awaitNextAttempt(undefined)),
  );
}

/** Tells whoever listens that the attempt of now has failed. @param next - delay of the next one, where there is one */
export function tellFailed(operation: OperationScope, error: unknown, next?: { delay?: Duration }): void {
  const { invocation } = operation.context;
  if (!invocation.hooks.onStepFailed) return;
  tellStepFailed(invocation, {
    error,
    operation: asFailed(operation),
    attempt: attemptOf(operation.record),
    ...(next && { nextAttemptDelaySeconds: delaySecondsOf(next.delay) }),
    executionArn: invocation.arn,
    requestId: invocation.requestId,
  });
}

function delaySecondsOf(delay: Duration | undefined): number {
  return toDelaySeconds(delay ? toSeconds(delay) : DEFAULT_DELAY_SECONDS, MAX_DELAY_SECONDS);
}

/** The number of the attempt that is running or due: the service counts those that have ended. */
export function attemptOf(existing: Operation | undefined): number {
  return (existing?.StepDetails?.Attempt ?? 0) + 1;
}

function awaitNextAttempt<T>(existing: Operation | undefined): Next<T> {
  return awaitService('PENDING', toEpochMs(existing?.StepDetails?.NextAttemptTimestamp));
}
