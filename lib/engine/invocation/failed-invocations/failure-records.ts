import { shared } from '../../../process-state.js';
import type { Operation } from '../../../wire/operation.js';
import type { PastFailure } from '../../base/errors/failed-invocations-error.js';
import type { ExecutionState } from '../../state/execution-state.js';
import { parsedJson } from '../../../wire/parsed-json.js';
import { asRecord } from '../../../wire/thrown.js';

/** The subtype of the step that records a failed invocation; no user code runs in it. */
export const FAILED_INVOCATION = 'FailedInvocation';

/** Whether an operation records a failed invocation: it is not one of the handler's. */
export function isFailedInvocation({ SubType }: Operation): boolean {
  return SubType === FAILED_INVOCATION;
}

/** What is recorded beside the error of a failed invocation. */
export interface FailureNote {
  /** The progress of the execution at that time. */
  progress: string;
  /** Attempts that the end of the invocation left open, by {@link openAttemptOf}: they were not interrupted. */
  open: readonly string[];
}

const MARK = '@failed-invocation';

export function writeNote(note: FailureNote): string {
  return JSON.stringify({ [MARK]: 1, ...note });
}

/** Returns nothing if the text has another form. */
export function readNote({ StepDetails }: Operation): Partial<FailureNote> {
  return asRecord(parsedJson(StepDetails?.Error?.ErrorData));
}

/** The name of a step's attempt in a note. */
export function openAttemptOf({ Id, StepDetails }: Operation): string {
  return `${Id} ${StepDetails?.Attempt ?? 0}`;
}

/** The failures of an execution that are not recorded: only this process knows them. */
export interface UnrecordedFailures extends Pick<FailureNote, 'progress'> {
  failures: readonly PastFailure[];
}

/** More than one process runs: the oldest are forgotten, and counted again. */
const MOST_EXECUTIONS = 1000;

const unrecorded = shared('unrecorded failures', () => new Map<string, UnrecordedFailures>());

/** The failures since the last progress of the execution. */
export function unrecordedOf(executionArn: string, progress: string): UnrecordedFailures {
  const known = unrecorded.get(executionArn);
  return known?.progress === progress ? known : { progress, failures: [] };
}

export function keepUnrecorded(executionArn: string, failures: UnrecordedFailures): void {
  unrecorded.delete(executionArn);
  unrecorded.set(executionArn, failures);
  if (unrecorded.size > MOST_EXECUTIONS) unrecorded.delete(unrecorded.keys().next().value!);
}

/** Whether a started attempt was left open by an orderly end of its invocation, rather than interrupted. */
export function wasLeftInOrder(state: ExecutionState, operation: Operation): boolean {
  const attempt = openAttemptOf(operation);
  for (const other of state.all()) {
    if (isFailedInvocation(other) && readNote(other).open?.includes(attempt)) return true;
  }
  return false;
}
