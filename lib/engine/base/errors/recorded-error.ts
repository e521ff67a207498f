import { ERROR_OBJECT_BYTES } from '../../../wire/limits.js';
import type { ErrorObject } from '../../../wire/operation.js';
import type { ErrorKnowledge } from './error-knowledge.js';
import { toErrorObject } from './error-object.js';

/** Where the cutting of an oversized error begins: an equal share of the limit for each of its texts, if none grows. */
const LONGEST_TEXT_CHARACTERS = Math.floor(ERROR_OBJECT_BYTES / 3);

/**
 * What is recorded of a thrown value, cut to what the service takes: refusing an error for its size would end the
 * execution for a reason that nobody meant (docs/protocol.md#shapes-and-sizes).
 */
export function recordedError(thrown: unknown, known?: ErrorKnowledge): ErrorObject {
  return fitErrorObject(toErrorObject(thrown, known));
}

/** An error object of at most 256 KiB; one that is larger says how much was cut from its texts. */
export function fitErrorObject(errorObject: ErrorObject): ErrorObject {
  let fitting = errorObject;
  // A character takes one byte to twelve, in UTF-8 and escaped, so what is left is measured again after each cut.
  for (let characters = LONGEST_TEXT_CHARACTERS; !isWithinLimit(fitting); characters = Math.floor(characters / 2)) {
    const { ErrorType, ErrorMessage, ErrorData } = errorObject;
    fitting = {
      ErrorType: cut(ErrorType, characters),
      ErrorMessage: cut(ErrorMessage, characters),
      ErrorData: cut(ErrorData, characters),
    };
  }
  return fitting;
}

function isWithinLimit(errorObject: ErrorObject): boolean {
  return Buffer.byteLength(JSON.stringify(errorObject)) <= ERROR_OBJECT_BYTES;
}

function cut(text: string | undefined, characters: number): string | undefined {
  if (text === undefined || text.length <= characters) return text;
  return `${text.slice(0, characters)}… [${text.length - characters} more characters]`;
}
