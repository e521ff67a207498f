import type { ExecutionState } from '../state/execution-state.js';
import { type OperationId, operationIdAt } from './operation-id.js';

/** An operation, and three virtual contexts before it or around it. */
const MOST_LOOKED_AT = 4;

/**
 * Whether an operation or what follows it is recorded. A virtual context has no record itself: only its operations have,
 * and it may have had none.
 */
export function isRecordedFrom(state: ExecutionState, id: OperationId, most = MOST_LOOKED_AT): boolean {
  if (state.get(id.wire)) return true;
  if (most === 1) return false;
  const left = most - 1;
  return (
    isRecordedFrom(state, operationIdAt(id, 1), left) ||
    isRecordedFrom(state, operationIdAt(id.parent, id.position + 1), left)
  );
}
