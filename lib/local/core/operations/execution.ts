import type { OperationUpdate } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import { closeExecution, resultBytesLimit } from '../close-execution.js';
import { invalidParameter } from '../service-error.js';
import type { ActionTable } from './action-table.js';

/** An EXECUTION update closes the execution itself, whatever its id is. */
export const EXECUTION_ACTIONS: ActionTable = { SUCCEED: succeed, FAIL: fail };

function succeed(draft: Draft, { Payload }: OperationUpdate): void {
  const limit = resultBytesLimit(draft);
  if (Payload !== undefined && Buffer.byteLength(Payload) > limit) {
    throw invalidParameter(`Execution output payload size must be less than or equal to ${limit} bytes.`);
  }
  closeExecution(draft, { status: 'SUCCEEDED', result: Payload });
}

function fail(draft: Draft, { Error }: OperationUpdate): void {
  closeExecution(draft, { status: 'FAILED', error: Error ?? {} });
}
