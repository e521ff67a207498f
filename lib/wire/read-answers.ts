import type { Operation } from './operation.js';
import { isNone, isObject, readMarker, readRecords } from './read-records.js';
import { unreadable } from './unreadable-answer.js';

/** Records, and the marker of the next page. */
export interface StatePage {
  readonly operations: readonly Operation[];
  /** Absent at the last page. */
  readonly marker: string | undefined;
}

/** The response to a checkpoint. */
export interface CheckpointAnswer {
  /** Absent: this invocation may record nothing more. */
  readonly token: string | undefined;
  readonly changed: StatePage;
}

const EVENT = 'The invocation event';
const PAGE = 'The response to GetDurableExecutionState';
const CHECKPOINT = 'The response to CheckpointDurableExecution';
const NOTHING: StatePage = { operations: [], marker: undefined };

/**
 * Reads the first page of state, which the invocation event contains. @throws {UnreadableAnswerError} when there is
 * none
 */
export function readInitialState({ InitialExecutionState: state }: { InitialExecutionState?: unknown }): StatePage {
  if (!isObject(state)) throw unreadable(EVENT, 'InitialExecutionState', state);
  return {
    operations: readRecords(state.Operations, EVENT, 'InitialExecutionState.Operations'),
    marker: readMarker(state.NextMarker, EVENT, 'InitialExecutionState.NextMarker'),
  };
}

/** Reads a page of state. @throws {UnreadableAnswerError} for anything else, such as `{}` or a message */
export function readStatePage(answer: unknown): StatePage {
  if (!isObject(answer)) throw unreadable(PAGE, undefined, answer);
  return {
    operations: readRecords(answer.Operations, PAGE, 'Operations'),
    marker: readMarker(answer.NextMarker, PAGE, 'NextMarker'),
  };
}

/**
 * Reads the response to a checkpoint. Its state is a required member: without it, a missing token does not mean that
 * another invocation has taken over.
 *
 * @param closes - whether the call has closed the execution: then the response needs neither a token nor a state
 * @throws {UnreadableAnswerError} for anything else
 */
export function readCheckpointAnswer(answer: unknown, closes: boolean): CheckpointAnswer {
  if (!isObject(answer)) throw unreadable(CHECKPOINT, undefined, answer);
  return {
    token: readToken(answer.CheckpointToken),
    changed: closes && isNone(answer.NewExecutionState) ? NOTHING : readChanged(answer.NewExecutionState),
  };
}

function readToken(token: unknown): string | undefined {
  return readMarker(token, CHECKPOINT, 'CheckpointToken');
}

function readChanged(state: unknown): StatePage {
  if (!isObject(state)) throw unreadable(CHECKPOINT, 'NewExecutionState', state);
  const { Operations, NextMarker } = state;
  return {
    operations: isNone(Operations) ? [] : readRecords(Operations, CHECKPOINT, 'NewExecutionState.Operations'),
    marker: readMarker(NextMarker, CHECKPOINT, 'NewExecutionState.NextMarker'),
  };
}
