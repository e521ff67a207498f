import type { ExecutionState } from '../../engine/state/execution-state.js';
import { type Operation, OperationStatus, OperationType } from '../../wire/operation.js';

/** The step in which is saved what guards have put on the HTTP request; it is always the first operation. */
export const GUARDS_STEP = 'nest:guards';

/** Properties that guards have put on the HTTP request, such as `user`. */
export type GuardedProperties = Readonly<Record<string, unknown>>;

/** Whether guards have let this execution pass in an earlier invocation. */
export interface Admission {
  readonly isAdmitted: boolean;
  /** Whether the execution has the step of the guards, which then has to take its place again. */
  readonly isRecorded: boolean;
  readonly properties: GuardedProperties;
}

/**
 * Durable operations are refused before the guards have passed, so an execution that has saved any was admitted. A step
 * of the guards that was interrupted says nothing: they run again.
 */
export function admissionOf(state: ExecutionState): Admission {
  const first = firstOperation(state);
  if (!first) return { isAdmitted: false, isRecorded: false, properties: {} };
  if (first.Type !== OperationType.STEP || first.Name !== GUARDS_STEP) {
    return { isAdmitted: true, isRecorded: false, properties: {} };
  }
  const isAdmitted = first.Status === OperationStatus.SUCCEEDED;
  return { isAdmitted, isRecorded: true, properties: isAdmitted ? JSON.parse(first.StepDetails?.Result ?? '{}') : {} };
}

/** Operations are told in the order in which they started. */
function firstOperation(state: ExecutionState): Operation | undefined {
  for (const operation of state.all()) {
    if (operation.Type !== OperationType.EXECUTION) return operation;
  }
  return undefined;
}
