import type { Operation } from '../../wire/operation.js';
import { NonDeterministicExecutionError } from '../base/errors/context-errors.js';
import { shownText } from '../base/errors/shown.js';
import type { OperationScope } from '../scope.js';

type Called = Pick<OperationScope, 'id' | 'type' | 'subType' | 'name'>;
type CalledContext = Called & Pick<OperationScope, 'context'> & { readonly isVirtual: boolean };

/**
 * Refuses a record that another operation than the called one has written: its result would be misinterpreted.
 *
 * @throws {NonDeterministicExecutionError} when type, name (an absent one included) or subtype differ
 */
export function assertSameOperation(stored: Operation, called: Called): void {
  const sameType = stored.Type === called.type || isUnstartedInvoke(stored, called);
  const sameSubType = stored.SubType === undefined || stored.SubType === null || stored.SubType === called.subType;
  if (sameType && sameSubType && (stored.Name ?? undefined) === called.name) return;
  throw another(stored, called, called.type);
}

/**
 * Refuses a virtual context where an operation is recorded: it has no record itself, so its body would run in the place
 * of that operation.
 *
 * @throws {NonDeterministicExecutionError} when there is a record
 */
export function assertUnrecorded(called: CalledContext): void {
  const stored = called.isVirtual ? called.context.invocation.state.get(called.id.wire) : undefined;
  if (stored) throw another(stored, called, `virtual ${called.type}`);
}

function another(stored: Operation, { id, subType, name }: Called, type: string): NonDeterministicExecutionError {
  return new NonDeterministicExecutionError({
    operationId: id.plain,
    stored: { type: stored.Type, subType: stored.SubType ?? undefined, name: stored.Name ?? undefined },
    called: { type, subType: shownText(subType), name },
  });
}

/** An invoke whose input could not be saved is recorded as a failed step. */
function isUnstartedInvoke({ Type, SubType }: Operation, { type, subType }: Called): boolean {
  return type === 'CHAINED_INVOKE' && Type === 'STEP' && SubType === subType;
}
