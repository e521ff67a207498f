/** The most causes that a record tells of, one below the other, and the most errors that stand side by side. */
const MOST_ERRORS = 10;

/** What a log record says of an error. */
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
  const stack = read(() => error.stack);
  const errors = read(() => (error as Partial<AggregateError>).errors);
  const further = depth + 1;
  const cause = read(() => causeOf(error));
  const isTold = cause !== undefined && cause !== null && further < MOST_ERRORS;
  return {
    errorType: String(read(() => error.name) ?? 'Error'),
    errorMessage: String(read(() => error.message) ?? ''),
    ...(typeof stack === 'string' && stack !== '' && { stackTrace: stack.split('\n') }),
    ...(isTold && { cause: isErrorLike(cause) ? errorMembers(cause, causeOf, further) : { message: textOf(cause) } }),
    ...(Array.isArray(errors) &&
      further < MOST_ERRORS && {
        errors: errors
          .slice(0, MOST_ERRORS)
          .filter(isErrorLike)
          .map((one) => errorMembers(one, causeOf, further)),
      }),
  };
}

function ownCause(error: Error): unknown {
  return error.cause;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return read(() => JSON.stringify(value)) ?? read(() => String(value)) ?? 'a value that cannot be shown';
}

function read<T>(member: () => T): T | undefined {
  try {
    return member();
  } catch {
    return undefined;
  }
}
