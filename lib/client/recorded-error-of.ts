import { asText, messageOf } from '../wire/thrown.js';
import type { RecordedError } from './control-types.js';

/**
 * What is sent of an error, as a copy. The members of an `Error` are not enumerable, and its class is its name. Code may
 * have thrown any value: an error without content may never wake the execution, so an object without a text is the
 * message as JSON. Libraries give errors members of these names and other types, which the service would refuse.
 */
export function recordedErrorOf(error: unknown): RecordedError {
  if (error === undefined || error === null) return {};
  if (typeof error !== 'object') return { message: String(error) };
  const { name, type, message, data, stackTrace, ...others } = error as {
    [M in keyof RecordedError | 'name']: unknown;
  };
  const saysMore = Object.keys(others).length > 0 || isGiven(message) || (isGiven(type) && !isText(type));
  return {
    type: [type, name].find(isText),
    message: isText(message) || saysMore ? messageOf(error) : undefined,
    data: isText(data) || !isGiven(data) ? (data as string | undefined) : asText(data),
    stackTrace: Array.isArray(stackTrace) && stackTrace.every(isText) ? stackTrace : undefined,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
