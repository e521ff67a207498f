import { messageOf } from '../wire/thrown.js';
import type { RecordedError } from './control-types.js';

/**
 * What is sent of an error, as a copy. The members of an `Error` are not enumerable, and its class is its name. Code may
 * have thrown any value: an error without content may never wake the execution, so an object without a text is the
 * message as JSON.
 */
export function recordedErrorOf(error: unknown): RecordedError {
  if (error === undefined || error === null) return {};
  if (typeof error !== 'object') return { message: String(error) };
  const { name, type = name, message, data, stackTrace, ...others } = error as RecordedError & { name?: string };
  const saysMore = Object.keys(others).length > 0 || (message ?? undefined) !== undefined;
  const text = typeof message !== 'string' && saysMore ? messageOf(error) : message;
  return { type, message: text, data, stackTrace };
}
