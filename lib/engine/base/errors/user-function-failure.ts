import type { ErrorObject } from '../../../wire/operation.js';
import { normaliseThrown } from './error-object.js';
import { readKept } from './kept-text.js';
import { fitErrorObject } from './recorded-error.js';

/**
 * What is recorded where a function of the user's has failed that was asked what to do about a failure: that failure, whose
 * message goes on with what came then. So `cause.name` and `errorData` stay what user code looks for. An error of a registered
 * class is the cause then, for by itself it could not tell.
 */
export function failureAfter(first: ErrorObject, who: string, thrown: unknown): ErrorObject {
  const isRegistered = readKept(first.ErrorData)?.class !== undefined;
  const ErrorMessage = messageAfter(first.ErrorMessage ?? '', who, thrown);
  return fitErrorObject({ ...first, ErrorMessage, ...(isRegistered && { ErrorType: 'StepError' }) });
}

/** A message of a failure that goes on with what came then. */
export function messageAfter(message: string, who: string, thrown: unknown): string {
  const { name, message: then } = normaliseThrown(thrown);
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} Then the ${who} failed with ${name}: ${then}`;
}
