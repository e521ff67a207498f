import { assertAwaited, jsonText, savedText } from '../../../wire/json-text.js';
import { normaliseThrown } from '../errors/error-object.js';
import { UnsavableValueError } from '../errors/unsavable-value-error.js';

/**
 * A value as JSON, synchronously, because most values are saved in this form; `undefined` for `undefined`, a function or
 * a symbol, as in JSON itself; or why JSON can never hold it: a bigint, a cycle, a value that throws while it is written,
 * or one without a result yet, or with one in it.
 */
export function encodeJson(value: unknown): string | undefined | UnsavableValueError {
  try {
    assertAwaited(value);
    const text = savedText(value);
    // JSON writes what has no result yet as {}: few values contain that, and only those are searched.
    if (text?.includes('{}')) jsonText(value);
    return text;
  } catch (error) {
    const { message } = normaliseThrown(error);
    return new UnsavableValueError(
      `The value cannot be written as JSON: ${message}. Change it, or give a serdes that can write it.`,
      { cause: error },
    );
  }
}

/** The same. @throws {UnsavableValueError} when JSON cannot hold the value */
export function toJson(value: unknown): string | undefined {
  const encoded = encodeJson(value);
  if (typeof encoded === 'object') throw encoded;
  return encoded;
}
