import { normaliseThrown } from '../errors/error-object.js';
import { UnsavableValueError } from '../errors/unsavable-value-error.js';

/**
 * A value as JSON, synchronously, because most values are saved in this form; `undefined` for `undefined`, a function or
 * a symbol, as in JSON itself; or why JSON can never hold it: a bigint, a cycle, a value that throws while it is written,
 * or one that has not begun.
 */
export function encodeJson(value: unknown): string | undefined | UnsavableValueError {
  try {
    return hasNotBegun(value) ? notBegun() : JSON.stringify(value);
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

/**
 * An observable that nothing has subscribed to, or a generator that nothing has iterated: JSON writes `{}`, and the work
 * in it would be recorded as done.
 */
function hasNotBegun(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { subscribe, next } = value as { subscribe?: unknown; next?: unknown };
  if (typeof subscribe === 'function') return typeof (value as { pipe?: unknown }).pipe === 'function';
  return typeof next === 'function' && /^\[object (?:Async)?Generator\]$/.test(Object.prototype.toString.call(value));
}

function notBegun(): UnsavableValueError {
  return new UnsavableValueError(
    'The value is an observable or a generator, and nothing of it has run. Await what it gives, such as by ' +
      'firstValueFrom(), and return that.',
  );
}
