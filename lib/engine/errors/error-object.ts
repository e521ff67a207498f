import type { ErrorObject } from '../../wire/operation.js';
import { memberOf } from '../../wire/thrown.js';
import { isDurableExecutionsError } from './recognise.js';
import { readThrownValue } from './thrown-value.js';

/** Causes looked through for `errorData`, so that it survives being wrapped by child contexts. */
const MAX_CAUSES = 10;

/**
 * What the service records of a thrown value: of an error its name and message, and the `errorData` of our own errors; of
 * anything else what it says, and of an object the rest that is plain as data.
 *
 * The stack trace is never recorded: it would differ between the first run and a replay.
 */
export function toErrorObject(thrown: unknown): ErrorObject {
  const name = memberOf(thrown, 'name');
  const message = memberOf(thrown, 'message');
  if (typeof name !== 'string' || typeof message !== 'string') return objectOfValue(thrown, name);
  if (!isDurableExecutionsError(thrown)) return { ErrorType: name, ErrorMessage: message };
  const errorType = memberOf(thrown, 'errorType');
  const errorData = errorDataOf(thrown);
  return {
    ErrorType: typeof errorType === 'string' ? errorType : name,
    ErrorMessage: message,
    ...(errorData !== undefined && { ErrorData: errorData }),
  };
}

/** Turns whatever was thrown into an error, once: errors of any realm pass as they are, the rest becomes the cause. */
export function normaliseThrown(thrown: unknown): Error {
  if (typeof memberOf(thrown, 'name') === 'string' && typeof memberOf(thrown, 'message') === 'string') {
    return thrown as Error;
  }
  return new Error(readThrownValue(thrown).message, { cause: thrown });
}

function objectOfValue(thrown: unknown, name: unknown): ErrorObject {
  const { message, data } = readThrownValue(thrown);
  const isNamed = typeof name === 'string' && typeof thrown === 'object';
  return {
    ...(isNamed && { ErrorType: name }),
    ErrorMessage: message,
    ...(data !== undefined && { ErrorData: data }),
  };
}

function errorDataOf(thrown: unknown): string | undefined {
  let link = thrown;
  for (let depth = 0; depth <= MAX_CAUSES; depth++) {
    const errorData = memberOf(link, 'errorData');
    if (typeof errorData === 'string') return errorData;
    link = memberOf(link, 'cause');
  }
  return undefined;
}
