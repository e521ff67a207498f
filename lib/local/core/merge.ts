import { OperationStatus, OperationType, isTerminalStatus } from '../../wire/operation.js';
import type { Change } from './draft.js';
import type { ExecutionProgress, ExecutionStart, ExecutionState, OperationRecord } from './execution-state.js';
import { createState } from './execution-state.js';

/** Makes a committed change part of the state; its cost depends on the change, never on the size of the state. */
export function merge(state: ExecutionState, change: Change): void {
  state.progress = change.progress;
  for (const record of change.operations.values()) mergeOperation(state, record);
  if (change.toldAll) state.untold.clear();
  for (const id of change.untold) {
    state.untold.add(id);
    state.updated.add(id);
  }
  if (change.seen) keepOnly(state.updated, state.untold);
  if (change.remembered) {
    state.remembered = change.remembered;
    state.answerRest = change.answerRest;
  }
}

/** An open execution from a store. */
export interface KeptExecution {
  start: ExecutionStart;
  progress: ExecutionProgress;
  untold: readonly string[];
  updated: readonly string[];
  /** In the order of their starts. */
  records: readonly OperationRecord[];
}

/**
 * An execution as it was when the service went down. Time that was accelerated or skipped until then has passed for it,
 * and for no other.
 */
export function restoreState(
  { start, progress, untold, updated, records }: KeptExecution,
  nowMs: number,
): ExecutionState {
  const state = createState(start, Math.max(0, (progress.earliestMs ?? 0) - nowMs));
  state.progress = progress;
  for (const record of records) mergeOperation(state, record);
  for (const id of untold) state.untold.add(id);
  for (const id of updated) state.updated.add(id);
  return state;
}

function mergeOperation(state: ExecutionState, record: OperationRecord): void {
  const { Id, ParentId } = record.operation;
  if (!state.operations.has(Id)) {
    state.order.push(Id);
    if (ParentId !== undefined) addChild(state, ParentId, Id);
  }
  state.operations.set(Id, record);
  if (isPending(record)) state.pending.add(Id);
  else state.pending.delete(Id);
  if (hidesChildren(record)) prune(state, state.childrenOf.get(Id) ?? []);
}

/** Whether something other than the function will continue the operation, so that the function may wait for it. */
function isPending({ operation: { Type, Status } }: OperationRecord): boolean {
  switch (Type) {
    case OperationType.STEP:
      return Status === OperationStatus.PENDING;
    case OperationType.WAIT:
    case OperationType.CALLBACK:
    case OperationType.CHAINED_INVOKE:
      return Status === OperationStatus.STARTED;
    case OperationType.EXECUTION:
    case OperationType.CONTEXT:
      return false;
    default:
      return Type satisfies never;
  }
}

/** A completed context delivers its children only if it requested that when it closed. */
function hidesChildren({ operation }: OperationRecord): boolean {
  return (
    operation.Type === OperationType.CONTEXT &&
    isTerminalStatus(operation.Status) &&
    operation.ContextDetails?.ReplayChildren !== true
  );
}

function addChild(state: ExecutionState, parentId: string, id: string): void {
  const siblings = state.childrenOf.get(parentId);
  if (siblings) siblings.push(id);
  else state.childrenOf.set(parentId, [id]);
  const parent = state.operations.get(parentId);
  if (state.pruned.has(parentId) || (parent && hidesChildren(parent))) state.pruned.add(id);
}

function prune(state: ExecutionState, ids: readonly string[]): void {
  for (const id of ids) {
    if (state.pruned.has(id)) continue;
    state.pruned.add(id);
    prune(state, state.childrenOf.get(id) ?? []);
  }
}

function keepOnly(ids: Set<string>, kept: ReadonlySet<string>): void {
  for (const id of ids) if (!kept.has(id)) ids.delete(id);
}
