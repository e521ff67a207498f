import type { ErrorExplanation } from '../../rules/verdict.js';
import { OPERATION_PAYLOAD_BYTES } from '../../wire/limits.js';
import {
  type ErrorObject,
  isTerminalStatus,
  type OpenStatus,
  type Operation,
  type OperationUpdate,
} from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import { isUnrecoverableError } from '../base/errors/recognise.js';
import { UnsavableValueError } from '../base/errors/unsavable-value-error.js';
import { tellStepFailed } from '../invocation/failure-hooks.js';
import { inAskedFrame } from './asked-functions.js';
import type { Next, OperationScope } from '../scope.js';
import { type Encoded, fitting, isUnsavable } from '../base/serdes/conversion.js';
import { awaitService, conclude, replayRecord, save, whenKnown } from './next.js';
import { contentOf, whenRecorded } from './recorded.js';
import { asFailed, failureOf, recordedEnd, type ResultForm, valueOf } from './result-form.js';

/** An operation with attempts, which the service counts and schedules: a STEP in its records. */
export interface AttemptLogic<T> {
  readonly form: ResultForm;
  /** An attempt is due, the first one or the next, and its start is not recorded. */
  beginAttempt(operation: OperationScope, existing: Operation | undefined): Next<T>;
  /** An attempt was started by an invocation that ended before it did. */
  resumeAttempt(operation: OperationScope, existing: Operation): Next<T>;
}

/** Continues from the record. */
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

/** A value to save, and what comes next. */
interface Saving<T> {
  value: unknown;
  /** What it is, in messages. @defaultValue `result` */
  what?: string;
  then(payload: string | undefined): Next<T>;
  /** By default the operation fails: its body would only return such a value again. */
  unsavable?(error: UnsavableValueError): Next<T>;
}

/** Continues with the text that is saved of a value. */
export function whenSavable<T>(logic: AttemptLogic<T>, operation: OperationScope, saving: Saving<T>): Next<T> {
  return whenKnown(logic.form.encode(saving.value, operation), (encoded: Encoded) => {
    const payload = fitting(encoded, OPERATION_PAYLOAD_BYTES);
    if (!isUnsavable(payload)) return saving.then(payload);
    const error = UnsavableValueError.of(`The ${saving.what ?? 'result'} of ${operation.label}`, payload);
    return saving.unsavable ? saving.unsavable(error) : fail(logic, operation, { thrown: error });
  });
}

/** Saves the result of the last attempt. */
export function succeed<T>({ form }: AttemptLogic<T>, operation: OperationScope, payload: string | undefined): Next<T> {
  return conclude<T>({
    action: 'SUCCEED',
    content: { Payload: payload },
    end: valueOf(form, operation, payload),
    runsUserCode: form.runsUserCode(operation),
  });
}

/** A failure, and the explanation of the rules, if they applied. */
interface FailedWith {
  thrown: unknown;
  explanation?: ErrorExplanation | undefined;
  /** Changes what is recorded of the thrown value. */
  recordAs?(recorded: ErrorObject): ErrorObject;
}

/** Saves that there will be no further attempt, unless the error ends the invocation. */
export function fail<T>(
  { form }: AttemptLogic<T>,
  operation: OperationScope,
  { thrown, explanation, recordAs }: FailedWith,
): Next<T> {
  if (isUnrecoverableError(thrown)) throw thrown;
  return whenRecorded(operation, { thrown, explanation }, (asThrown) => {
    // Not before: what redacts the report is loaded by now.
    tellFailed(operation, thrown, { explanation });
    const recorded = recordAs?.(asThrown) ?? asThrown;
    const end = failureOf<T>(form, operation, { recorded, status: 'FAILED', thrown });
    return conclude({ action: 'FAIL', content: contentOf(recorded), end, runsUserCode: false, thrown });
  });
}

/** Saves the result of this attempt, and leaves the next one to the service. */
export function retry<T>(
  operation: OperationScope,
  content: Pick<OperationUpdate, 'Payload' | 'Error'>,
  NextAttemptDelaySeconds: number,
): Next<T> {
  const before = operation.record;
  return save('RETRY', { ...content, StepOptions: { NextAttemptDelaySeconds } }, () => {
    const { record } = operation;
    // If the response says nothing of it, the record is that of the attempt that has just ended: so is a started one,
    // because nobody else starts attempts.
    if (record === before || record?.Status === 'STARTED') return awaitNextAttempt(undefined);
    return replayRecord(operation, () => awaitNextAttempt(undefined));
  });
}

/** Reports to the hooks that the current attempt has failed. */
export function tellFailed(
  operation: OperationScope,
  error: unknown,
  {
    nextAttemptDelaySeconds,
    explanation,
  }: { nextAttemptDelaySeconds?: number; explanation: ErrorExplanation | undefined },
): void {
  const { invocation } = operation.context;
  if (!invocation.config.onStepFailed) return;
  const failure = {
    error,
    operation: asFailed(operation),
    attempt: attemptOf(operation.record),
    ...(nextAttemptDelaySeconds !== undefined && { nextAttemptDelaySeconds }),
    ...(explanation && { explanation }),
    executionArn: invocation.arn,
    requestId: invocation.requestId,
  };
  inAskedFrame(operation, 'onStepFailed', () => tellStepFailed(invocation, failure));
}

/** The number of the attempt that is running or due: the service counts those that have ended. */
export function attemptOf(existing: Operation | undefined): number {
  return (existing?.StepDetails?.Attempt ?? 0) + 1;
}

function awaitNextAttempt<T>(existing: Operation | undefined): Next<T> {
  return awaitService('PENDING', toEpochMs(existing?.StepDetails?.NextAttemptTimestamp));
}
