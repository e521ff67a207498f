import { normaliseThrown } from '../errors/error-object.js';
import { UnsavableValueError } from '../errors/unsavable-value-error.js';

/**
 * A value as JSON; `undefined` for `undefined`, a function or a symbol, as in JSON itself.
 *
 * @throws {UnsavableValueError} when JSON cannot hold it, such as a bigint, a cycle, or a value that throws while it is
 *   written
 */
export function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw unwritable(error);
  }
}

/** @param cause - what was thrown while a value was written as JSON */
export function unwritable(cause: unknown): UnsavableValueError {
  const { message } = normaliseThrown(cause);
  return new UnsavableValueError(
    `The value cannot be written as JSON: ${message}. Change it, or give a serdes that can write it.`,
    { cause },
  );
}
