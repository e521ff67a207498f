import { ERROR_OBJECT_BYTES } from '../../../wire/limits.js';
import type { ErrorObject } from '../../../wire/operation.js';
import type { ErrorKnowledge } from './error-knowledge.js';
import { toErrorObject } from './error-object.js';
import { inKnownClasses } from './kept-error.js';
import { readKept, writeKept } from './kept-text.js';
import { isDurableExecutionsError } from './recognise.js';

/** The first limit when an oversized error is shortened: an equal share of the limit for each of its texts. */
const LONGEST_TEXT_CHARACTERS = Math.floor(ERROR_OBJECT_BYTES / 3);

/**
 * What is recorded of a thrown value, shortened to what the service accepts: a refusal because of the error's size
 * would end the execution for the wrong reason (docs/protocol.md#shapes-and-sizes).
 */
export function recordedError(thrown: unknown, known?: ErrorKnowledge): ErrorObject {
  const recorded = toErrorObject(thrown, known);
  return fitErrorObject(isDurableExecutionsError(thrown) ? asOwn(recorded) : recorded);
}

/** The error of an invoke or a callback may name classes of another function, and a replay here would look for them. */
function asOwn(recorded: ErrorObject): ErrorObject {
  const kept = readKept(recorded.ErrorData);
  return kept ? { ...recorded, ErrorData: writeKept(inKnownClasses(kept)) } : recorded;
}

/** An error object of at most 256 KiB, or of a smaller limit; a larger one says how much of its texts was removed. */
export function fitErrorObject(errorObject: ErrorObject, maxBytes = ERROR_OBJECT_BYTES): ErrorObject {
  let fitting = errorObject;
  // A character takes one to twelve bytes, in UTF-8 and escaped, so the rest is measured again after each cut.
  for (
    let characters = LONGEST_TEXT_CHARACTERS;
    !isWithin(maxBytes, fitting);
    characters = Math.floor(characters / 2)
  ) {
    const { ErrorType, ErrorMessage, ErrorData } = errorObject;
    fitting = {
      ErrorType: cut(ErrorType, characters),
      ErrorMessage: cut(ErrorMessage, characters),
      ErrorData: cut(ErrorData, characters),
    };
  }
  return fitting;
}

function isWithin(maxBytes: number, errorObject: ErrorObject): boolean {
  return Buffer.byteLength(JSON.stringify(errorObject)) <= maxBytes;
}

function cut(text: string | undefined, characters: number): string | undefined {
  if (text === undefined || text.length <= characters) return text;
  return `${text.slice(0, characters)}… [${text.length - characters} more characters]`;
}
