import type { ErrorObject } from '../../../wire/operation.js';
import { restoreKept } from './kept-error.js';
import { readKept } from './kept-text.js';
import { ChildContextError, DurableOperationError, rebuildOperationError } from './operation-errors.js';

type OperationErrorClass<E extends DurableOperationError> = new (
  message?: string,
  cause?: Error,
  errorData?: string,
) => E;

/** A recorded failure as an error of the given class, with what was recorded as its message, cause and data. */
export function rebuildAs<E extends DurableOperationError>(
  errorClass: OperationErrorClass<E>,
  recorded: ErrorObject | undefined,
): E {
  const { message, cause, errorData, stackTrace } = DurableOperationError.fromErrorObject(recorded ?? {});
  return Object.assign(new errorClass(message, cause, errorData), { stackTrace });
}

/** The failure of something inside, as an error of what is around it; the failure is its cause. */
export function wrapAs<E extends DurableOperationError>(
  errorClass: OperationErrorClass<E>,
  failure: DurableOperationError,
): E {
  return new errorClass(failure.message, failure, failure.errorData);
}

/** What a step fails with: an error of its registered class, or one of an operation. */
export function stepErrorOf(recorded: ErrorObject): Error {
  return registeredErrorOf(recorded) ?? rebuildOperationError(recorded, true);
}

/** What a child context fails with; an `errorMapper` is given the error of the operation instead. */
export function childErrorOf(recorded: ErrorObject): Error {
  return registeredErrorOf(recorded) ?? childContextErrorOf(rebuildOperationError(recorded, true));
}

/** An error that was thrown as one of a registered class, not wrapped in the error of an operation. */
function registeredErrorOf({ ErrorType, ErrorData }: ErrorObject): Error | undefined {
  const kept = readKept(ErrorData);
  return kept?.class !== undefined && kept.class === ErrorType ? restoreKept(kept, true) : undefined;
}

/** What a child context fails with, unless an `errorMapper` says otherwise. */
export function childContextErrorOf(failure: DurableOperationError): ChildContextError {
  return wrapAs(ChildContextError, failure);
}
