import { ExecutionError } from '../base/errors/execution-error.js';
import type { OperationScope } from '../scope.js';

/** A completed context had done without the operation, unless the code has changed: waiting for it would never end. */
export function notRecorded({ label, context }: OperationScope): ExecutionError {
  return new ExecutionError(
    `Non-deterministic execution: ${label} is called in ${context.operation?.label}, which had completed, but nothing ` +
      'is recorded of it. Put new operations behind patched(), or deploy them as a new version behind the alias.',
    { terminationReason: 'NON_DETERMINISM' },
  );
}
