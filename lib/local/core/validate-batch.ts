import type { OperationUpdate } from '../../wire/operation.js';
import { OperationAction, OperationType } from '../../wire/operation.js';
import { invalidParameter } from './service-error.js';

/** Rules about the updates of a batch among themselves (docs/protocol.md#what-the-service-refuses). */
export function validateBatch(updates: readonly OperationUpdate[]): void {
  validateExecutionUpdate(updates);
  const seen = new Map<string, OperationUpdate>();
  for (const update of updates) {
    if (update.Type === OperationType.EXECUTION) continue;
    const earlier = seen.get(update.Id);
    if (earlier && !isStartAndClose(earlier, update)) {
      throw invalidParameter('Cannot update the same operation twice in a single request.');
    }
    seen.set(update.Id, update);
  }
}

function validateExecutionUpdate(updates: readonly OperationUpdate[]): void {
  const first = updates.findIndex(({ Type }) => Type === OperationType.EXECUTION);
  if (first === -1 || first === updates.length - 1) return;
  const isRepeated = updates.slice(first + 1).some(({ Type }) => Type === OperationType.EXECUTION);
  throw invalidParameter(
    isRepeated ? 'Cannot checkpoint multiple EXECUTION updates.' : 'EXECUTION checkpoint must be the last update.',
  );
}

const MAY_START_AND_CLOSE: ReadonlySet<string> = new Set([OperationType.STEP, OperationType.CONTEXT]);

function isStartAndClose(earlier: OperationUpdate, later: OperationUpdate): boolean {
  return (
    earlier.Action === OperationAction.START &&
    later.Action !== OperationAction.START &&
    earlier.Type === later.Type &&
    MAY_START_AND_CLOSE.has(later.Type)
  );
}
