import type { ErrorObject } from '../../wire/operation.js';
import { asRecord, messageOf } from '../../wire/thrown.js';
import { isDurableExecutionsError } from './recognise.js';

/** Causes looked through for `errorData`, so that it survives being wrapped by child contexts (PROTOCOL §5.12). */
const MAX_CAUSES = 10;

/**
 * What the service records of a thrown value: its name and message, and the `errorData` of our own errors.
 *
 * The stack trace is never recorded: it would differ between the first run and a replay (PROTOCOL §5.12).
 */
export function toErrorObject(thrown: unknown): ErrorObject {
  const { name, message, errorType } = asRecord(thrown);
  if (typeof name !== 'string' || typeof message !== 'string') return { ErrorMessage: 'Unknown error' };
  if (!isDurableExecutionsError(thrown)) return { ErrorType: name, ErrorMessage: message };
  const errorData = errorDataOf(thrown);
  return {
    ErrorType: typeof errorType === 'string' ? errorType : name,
    ErrorMessage: message,
    ...(errorData !== undefined && { ErrorData: errorData }),
  };
}

/** Turns whatever was thrown into an error, once: errors of any realm pass as they are, the rest becomes the cause. */
export function normaliseThrown(thrown: unknown): Error {
  const { name, message } = asRecord(thrown);
  if (typeof name === 'string' && typeof message === 'string') return thrown as Error;
  return new Error(messageOf(thrown), { cause: thrown });
}

function errorDataOf(thrown: unknown): string | undefined {
  let link = asRecord(thrown);
  for (let depth = 0; depth <= MAX_CAUSES; depth++) {
    if (typeof link.errorData === 'string') return link.errorData;
    link = asRecord(link.cause);
  }
  return undefined;
}
