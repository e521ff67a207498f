import { type ErrorObject, isTerminalStatus, type Operation } from '../../../wire/operation.js';
import { toEpochMs } from '../../../wire/timestamp.js';
import { FailedInvocationsError, type PastFailure } from '../../base/errors/failed-invocations-error.js';
import { recordedError } from '../../base/errors/recorded-error.js';
import { wireOf } from '../../context/operation-id.js';
import type { ExecutionState } from '../../state/execution-state.js';
import type { Invocation } from '../invocation.js';
import {
  FAILED_INVOCATION,
  isFailedInvocation,
  keepUnrecorded,
  openAttemptOf,
  readNote,
  unrecordedOf,
  writeNote,
} from './failure-records.js';

/** The name from which ids of failed invocations are derived; no operation of a handler has such an id. */
const ID_SPACE = 'failed-invocation';
const NAME = 'failed invocation';

/** The number of failures in a row that one process does not record: a short disturbance is not in the history. */
const MOST_UNRECORDED = 3;

/**
 * Counts the failure of this invocation, or fails the execution if too many have failed without progress. The service
 * has no such count: so each failure is a separate step, with its error. The first three of a process are not recorded
 * if more may fail, and no attempt was left open.
 *
 * @param most - how many invocations in a row may fail
 */
export async function countFailedInvocation(invocation: Invocation, error: unknown, most: number): Promise<void> {
  const { state, checkpointer } = invocation;
  await state.completion.catch(() => undefined);
  if (checkpointer.isClosed || !state.isComplete) return;
  const recorded = recordedError(error, await invocation.errorKnowledge());
  const progress = progressOf(state);
  const inARow = failedInvocationsIn(state).filter((record) => readNote(record).progress === progress);
  const early = unrecordedOf(invocation.arn, progress);
  if (early.failures.length + inARow.length + 1 >= most) {
    const failures = [...early.failures, ...inARow.map(failureOf), toldOf(recorded)];
    invocation.giveUp(new FailedInvocationsError(failures, error));
    return;
  }
  const open = openAttemptsIn(state);
  const isEarly = inARow.length === 0 && early.failures.length < MOST_UNRECORDED;
  if (isEarly && most > 2 * MOST_UNRECORDED && open.length === 0) {
    const failure = { ...toldOf(recorded), at: new Date(invocation.clock.now()).toISOString() };
    keepUnrecorded(invocation.arn, { progress, failures: [...early.failures, failure] });
  } else {
    await record(invocation, { ...recorded, ErrorData: writeNote({ progress, open }) });
  }
}

async function record({ state, checkpointer }: Invocation, Error: ErrorObject): Promise<void> {
  const Id = wireOf(`${ID_SPACE}-${failedInvocationsIn(state).length + 1}`);
  const update = { Id, Type: 'STEP', SubType: FAILED_INVOCATION, Name: NAME } as const;
  checkpointer.save({ ...update, Action: 'START' });
  checkpointer.save({ ...update, Action: 'FAIL', Error });
  await checkpointer.drain();
}

function failedInvocationsIn(state: ExecutionState): Operation[] {
  return [...state.all()].filter(isFailedInvocation);
}

function openAttemptsIn(state: ExecutionState) {
  const open = [...state.all()].filter(({ Type, Status }) => Type === 'STEP' && Status === 'STARTED');
  return open.map(openAttemptOf);
}

/**
 * The progress of an execution: it changes with every operation that starts or completes, and with every attempt that
 * ends.
 */
function progressOf(state: ExecutionState): string {
  const own = [...state.all()].filter((operation) => !isFailedInvocation(operation));
  const ended = own.filter(({ Status }) => isTerminalStatus(Status)).length;
  const attempts = own.reduce((sum, { StepDetails }) => sum + (StepDetails?.Attempt ?? 0), 0);
  return `${own.length} ${ended} ${attempts}`;
}

function failureOf({ StepDetails, EndTimestamp }: Operation): PastFailure {
  const ms = toEpochMs(EndTimestamp);
  return { ...toldOf(StepDetails?.Error ?? {}), at: ms === undefined ? undefined : new Date(ms).toISOString() };
}

function toldOf({ ErrorType, ErrorMessage }: ErrorObject): PastFailure {
  return { errorType: ErrorType, message: ErrorMessage };
}
