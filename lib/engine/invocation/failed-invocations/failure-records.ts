import { shared } from '../../../process-state.js';
import type { Operation } from '../../../wire/operation.js';
import type { PastFailure } from '../../base/errors/failed-invocations-error.js';
import type { ExecutionState } from '../../state/execution-state.js';

/** The kind of step under which a failed invocation is recorded; no code of the user's runs in it. */
export const FAILED_INVOCATION = 'FailedInvocation';

/** Whether an operation records a failed invocation: it is none of the handler's. */
export function isFailedInvocation({ SubType }: Operation): boolean {
  return SubType === FAILED_INVOCATION;
}

/** What is recorded beside the error of a failed invocation. */
export interface FailureNote {
  /** How far the execution had come. */
  progress: string;
  /** Attempts that were left because the invocation ended, by {@link openAttemptOf}: they were not cut off. */
  open: readonly string[];
}

const MARK = '@failed-invocation';

export function writeNote(note: FailureNote): string {
  return JSON.stringify({ [MARK]: 1, ...note });
}

/** Nothing where the text is of another form. */
export function readNote({ StepDetails }: Operation): Partial<FailureNote> {
  try {
    return JSON.parse(StepDetails?.Error?.ErrorData ?? '{}') as Partial<FailureNote>;
  } catch {
    return {};
  }
}

/** An attempt of a step, as a note names it. */
export function openAttemptOf({ Id, StepDetails }: Operation): string {
  return `${Id} ${StepDetails?.Attempt ?? 0}`;
}

/** The failures of an execution that are not recorded: this process alone knows them. */
export interface UnrecordedFailures extends Pick<FailureNote, 'progress'> {
  failures: readonly PastFailure[];
}

/** More than one process has under way: the oldest are forgotten, and counted anew. */
const MOST_EXECUTIONS = 1000;

const unrecorded = shared('unrecorded failures', () => new Map<string, UnrecordedFailures>());

/** Those since when the execution has got no further. */
export function unrecordedOf(executionArn: string, progress: string): UnrecordedFailures {
  const known = unrecorded.get(executionArn);
  return known?.progress === progress ? known : { progress, failures: [] };
}

export function keepUnrecorded(executionArn: string, failures: UnrecordedFailures): void {
  unrecorded.delete(executionArn);
  unrecorded.set(executionArn, failures);
  if (unrecorded.size > MOST_EXECUTIONS) unrecorded.delete(unrecorded.keys().next().value!);
}

/** Whether an attempt that has begun was left by an invocation that ended in order, rather than cut off. */
export function wasLeftInOrder(state: ExecutionState, operation: Operation): boolean {
  const attempt = openAttemptOf(operation);
  for (const other of state.all()) {
    if (isFailedInvocation(other) && readNote(other).open?.includes(attempt)) return true;
  }
  return false;
}
