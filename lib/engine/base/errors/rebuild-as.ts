import type { ErrorObject } from '../../../wire/operation.js';
import { restoreKept } from './kept-error.js';
import { readKept } from './kept-text.js';
import { ChildContextError, DurableOperationError, rebuildOperationError } from './operation-errors.js';

type OperationErrorClass<E extends DurableOperationError> = new (
  message?: string,
  cause?: Error,
  errorData?: string,
) => E;

/** A recorded failure as an error of the given class, with the recorded message, cause and data. */
export function rebuildAs<E extends DurableOperationError>(
  errorClass: OperationErrorClass<E>,
  recorded: ErrorObject | undefined,
): E {
  const { cause, errorData, stackTrace } = DurableOperationError.fromErrorObject(recorded ?? {});
  return Object.assign(new errorClass(recorded?.ErrorMessage, cause, errorData), { stackTrace });
}

/** The failure of an inner operation as an error of the outer one; the failure is its cause. */
export function wrapAs<E extends DurableOperationError>(
  errorClass: OperationErrorClass<E>,
  failure: DurableOperationError,
): E {
  return new errorClass(failure.message, failure, failure.errorData);
}

/** The error of a step: an error of its registered class, or the operation's own error. */
export function stepErrorOf(recorded: ErrorObject): Error {
  return registeredErrorOf(recorded) ?? rebuildOperationError(recorded, true);
}

/** The error of a child context; an `errorMapper` receives the error of the operation instead. */
export function childErrorOf(recorded: ErrorObject): Error {
  return registeredErrorOf(recorded) ?? childContextErrorOf(rebuildOperationError(recorded, true));
}

/** An error that was thrown as one of a registered class, not wrapped in the error of an operation. */
function registeredErrorOf({ ErrorType, ErrorData }: ErrorObject): Error | undefined {
  const kept = readKept(ErrorData);
  return kept?.class !== undefined && kept.class === ErrorType ? restoreKept(kept, true) : undefined;
}

/** The error of a child context, unless an `errorMapper` replaces it. */
export function childContextErrorOf(failure: DurableOperationError): ChildContextError {
  return wrapAs(ChildContextError, failure);
}
