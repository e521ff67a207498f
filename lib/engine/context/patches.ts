import { ContextValidationError, NonDeterministicExecutionError } from '../base/errors/context-errors.js';
import { shownText } from '../base/errors/shown.js';
import { OperationCall } from '../operations/operation-call.js';
import type { ContextScope, OperationDefinition } from '../scope.js';
import type { NamedOperation } from './named-operation.js';
import { currentFrame } from './call-frame.js';
import { contextMisuse, nameProblem, refuse } from './context-checks.js';
import { idBefore, type OperationId } from './operation-id.js';

/** A place in the code: before the operation with the given id. */
interface Place {
  readonly context: ContextScope;
  readonly next: OperationId;
  /**
   * Whether an operation was called before, and nothing awaited since: the record after this place may arrive with a
   * later page.
   */
  readonly isBesideCall: boolean;
  /** Whether the execution has passed this place: an operation after it is recorded. */
  readonly isPassed: boolean;
}

const PATCH = { type: 'STEP', subType: 'Patch' } as OperationDefinition<void>;

/**
 * Whether an execution takes the new path at a place. It is recorded beside the numbered operations, so that nothing
 * shifts when a patch is added or removed, and before the operations after the place, so that it is known whenever they
 * are.
 */
export function isPatched({ context, next, isBesideCall, isPassed }: Place, patch: string): boolean {
  const { state, checkpointer } = context.invocation;
  const call = new OperationCall({ context, id: idBefore(next, shownText(patch)) }, { name: patch, definition: PATCH });
  const problem =
    contextMisuse(currentFrame(), context, call) ?? nameProblem(call, false) ?? besideProblem(call, isBesideCall);
  if (problem) refuse(problem, context);
  if (state.get(call.id.wire)) return true;
  if (isPassed || context.isClosed) return false;
  const start = call.update('START');
  checkpointer.enqueue(start);
  checkpointer.enqueue(call.update('SUCCEED', { Payload: 'true' }));
  state.merge([{ ...start, Status: 'SUCCEEDED' } as never]);
  return true;
}

function besideProblem({ label }: NamedOperation, isBesideCall: boolean): ContextValidationError | undefined {
  if (!isBesideCall) return undefined;
  return new ContextValidationError(
    `Context usage error: ${label} was called beside a pending operation: a later invocation may not know its value yet at this ` +
      'place. Await the operations before, or call it before them.',
  );
}

/** @throws {NonDeterministicExecutionError} when an execution has passed a place without the patch */
export function assertPatched(place: Place, patch: string): void {
  if (isPatched(place, patch)) return;
  const {
    Type: type = 'STEP',
    SubType: subType,
    Name: name,
  } = place.context.invocation.state.get(place.next.wire) ?? {};
  const facts = { operationId: place.next.plain, stored: { type, subType, name }, called: { ...PATCH, name: patch } };
  refuse(new NonDeterministicExecutionError(facts), place.context);
}
