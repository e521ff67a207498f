import { listOf, memberOf, textOf } from '../../../wire/thrown.js';
import { readThrownValue } from '../../base/errors/thrown-value.js';

/** The most causes in a record, one below the other, and the most errors side by side. */
const MOST_ERRORS = 10;

/** The members of an error in a log record. */
export interface ErrorMembers {
  errorType: string;
  errorMessage: string;
  stackTrace?: string[];
  cause?: ErrorMembers | { message: string };
  /** Those of an `AggregateError`. */
  errors?: ErrorMembers[];
}

export function isErrorLike(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}

/** Class, message, stack and causes of an error as plain data; of a member that cannot be read, nothing. */
export function errorMembers(error: Error, causeOf = ownCause, depth = 0): ErrorMembers {
  const stack = memberOf(error, 'stack');
  return {
    errorType: textOf(memberOf(error, 'name') ?? 'Error'),
    errorMessage: textOf(memberOf(error, 'message') ?? ''),
    ...(typeof stack === 'string' && stack !== '' && { stackTrace: stack.split('\n') }),
    ...(depth + 1 < MOST_ERRORS && errorsBehind(error, causeOf, depth + 1)),
  };
}

function errorsBehind(error: Error, causeOf: typeof ownCause, depth: number): Pick<ErrorMembers, 'cause' | 'errors'> {
  const membersOf = (one: Error): ErrorMembers => errorMembers(one, causeOf, depth);
  const cause = causeOf(error);
  const errors = listOf(memberOf(error, 'errors')).slice(0, MOST_ERRORS).filter(isErrorLike);
  return {
    ...(cause !== undefined &&
      cause !== null && {
        cause: isErrorLike(cause) ? membersOf(cause) : { message: readThrownValue(cause).message },
      }),
    ...(errors.length > 0 && { errors: errors.map(membersOf) }),
  };
}

function ownCause(error: Error): unknown {
  return memberOf(error, 'cause');
}
