import { type Bindings, asText, UnboundVariableError, variableName } from './bindings.js';

/** The first place where a value is not what was expected. */
export interface Difference {
  /** Keys and indexes from the outermost value, such as `StepFailedDetails.RetryDetails.CurrentAttempt`. */
  path: string;
  expected: unknown;
  actual: unknown;
  reason?: string;
}

const ANYTHING = '*';
const PATTERN = /^\$\{\/(.*)\/\}$/s;
const REGEXP_CHARACTERS = /[/\\^$*+?.()|[\]{}]/g;

/**
 * Compares a value with what a requirement expects of it, binding variables at their first use.
 *
 * @returns the first difference, or `undefined` where there is none
 */
export function findDifference(
  expected: unknown,
  actual: unknown,
  { bindings, path = '' }: { bindings: Bindings; path?: string },
): Difference | undefined {
  if (expected === ANYTHING || isNotCompared(expected)) return undefined;
  if (typeof expected === 'string') return differenceOfText(expected, actual, { bindings, path });
  if (Array.isArray(expected)) return differenceOfLists(expected, actual, { bindings, path });
  if (isObject(expected)) return differenceOfObjects(expected, actual, { bindings, path });
  return expected === actual ? undefined : { path, expected, actual };
}

/** `{}` means a value that is not compared, present or not. */
export function isNotCompared(expected: unknown): boolean {
  return isObject(expected) && Object.keys(expected).length === 0;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Makes a value harmless inside a pattern. */
export function escapeForPattern(text: string): string {
  return text.replace(REGEXP_CHARACTERS, '\\$&');
}

interface Place {
  bindings: Bindings;
  path: string;
}

function differenceOfText(expected: string, actual: unknown, { bindings, path }: Place): Difference | undefined {
  const pattern = PATTERN.exec(expected)?.[1];
  if (pattern !== undefined) {
    const isFound = new RegExp(bindings.substituteInText(pattern, escapeForPattern)).test(asText(actual));
    return isFound ? undefined : { path, expected, actual };
  }
  const name = variableName(expected);
  if (name !== undefined && !bindings.has(name)) {
    bindings.bind(name, actual);
    return undefined;
  }
  try {
    const value = bindings.substitute(expected);
    return areEqual(value, actual) ? undefined : { path, expected: value, actual };
  } catch (error) {
    if (!(error instanceof UnboundVariableError)) throw error;
    return { path, expected, actual, reason: error.message };
  }
}

function differenceOfLists(expected: unknown[], actual: unknown, place: Place): Difference | undefined {
  if (!Array.isArray(actual)) return { path: place.path, expected, actual, reason: 'a list was expected' };
  if (actual.length !== expected.length) {
    const reason = `a list of ${expected.length} was expected, this one has ${actual.length}`;
    return { path: place.path, expected, actual, reason };
  }
  for (const [index, item] of expected.entries()) {
    const path = `${place.path}[${index}]`;
    const difference = findDifference(item, actual[index], { bindings: place.bindings, path });
    if (difference) return difference;
  }
  return undefined;
}

function differenceOfObjects(expected: object, actual: unknown, place: Place): Difference | undefined {
  if (!isObject(actual)) return { path: place.path, expected, actual, reason: 'an object was expected' };
  for (const [key, value] of Object.entries(expected)) {
    const path = place.path === '' ? key : `${place.path}.${key}`;
    if (actual[key] === undefined && !isNotCompared(value)) {
      return { path, expected: value, actual: undefined, reason: 'the key is missing' };
    }
    const difference = findDifference(value, actual[key], { bindings: place.bindings, path });
    if (difference) return difference;
  }
  return undefined;
}

/** Bound values may be lists and objects of JSON; both sides come from parsers, so their keys are compared as sets. */
function areEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => areEqual(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => areEqual(left[key], right[key]));
}
