import type { ErrorObject } from '../../wire/operation.js';
import { ChildContextError, DurableOperationError } from './operation-errors.js';

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

/** What a child context fails with, unless an `errorMapper` says otherwise. */
export function childContextErrorOf(failure: DurableOperationError): ChildContextError {
  return wrapAs(ChildContextError, failure);
}
