import { ERROR_OBJECT_BYTES } from '../../wire/limits.js';
import type { ErrorObject } from '../../wire/operation.js';
import { toErrorObject } from './error-object.js';

/** Room for the names of the members and for escaping what is cut. */
const FRAME_BYTES = 1024;

/** Shares of the limit, so that no part of an oversized error crowds out another; bytes may double when escaped. */
const TEXT_CHARACTERS = (ERROR_OBJECT_BYTES - FRAME_BYTES) / 8;

/**
 * What is recorded of a thrown value, cut to what the service takes: refusing an error for its size would end the
 * execution for a reason that nobody meant (PROTOCOL §2.2).
 */
export function recordedError(thrown: unknown): ErrorObject {
  return fitErrorObject(toErrorObject(thrown));
}

/** An error object of at most 256 KiB; one that is larger says how much was cut from its texts. */
export function fitErrorObject(errorObject: ErrorObject): ErrorObject {
  if (Buffer.byteLength(JSON.stringify(errorObject)) <= ERROR_OBJECT_BYTES) return errorObject;
  const { ErrorType, ErrorMessage, ErrorData } = errorObject;
  return { ErrorType: cut(ErrorType), ErrorMessage: cut(ErrorMessage), ErrorData: cut(ErrorData) };
}

function cut(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= TEXT_CHARACTERS) return text;
  return `${text.slice(0, TEXT_CHARACTERS)}… [${text.length - TEXT_CHARACTERS} more characters]`;
}
