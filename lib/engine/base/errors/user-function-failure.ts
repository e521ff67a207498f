import { asSentence } from '../../../wire/as-sentence.js';
import type { ErrorObject } from '../../../wire/operation.js';
import { normaliseThrown } from './error-object.js';
import { readKept } from './kept-text.js';
import { fitErrorObject } from './recorded-error.js';

/**
 * The record when a user function failed that was called because of a failure: the first failure, whose message adds
 * the second. So `cause.name` and `errorData` stay what user code expects. An error of a registered class becomes the
 * cause, because it could not carry the second message itself.
 */
export function failureAfter(first: ErrorObject, who: string, thrown: unknown): ErrorObject {
  const isRegistered = first.ErrorType !== undefined && readKept(first.ErrorData)?.class === first.ErrorType;
  const ErrorMessage = messageAfter(first.ErrorMessage ?? '', who, thrown);
  return fitErrorObject({ ...first, ErrorMessage, ...(isRegistered && { ErrorType: 'StepError' }) });
}

/** A message of a failure, with the second failure added. */
export function messageAfter(message: string, who: string, thrown: unknown): string {
  const { name, message: then } = normaliseThrown(thrown);
  return `${asSentence(message)} Then the ${who} failed with ${name}: ${then}`;
}
