import { isObject } from '../../wire/read-records.js';

/** An expected failure: part of its message, a pattern of it, its type, or a class whose name is its type. */
export type ExpectedFailure =
  string | RegExp | { type?: string; message?: string } | (abstract new (...args: never[]) => Error);

interface Failure {
  type?: string;
  message?: string;
}

/** @throws {TypeError} for what would fit every failure, such as an error without a message, or none */
export function assertExpectedFailure(expected: unknown): void {
  if (isExpectation(expected)) return;
  throw new TypeError(
    'toHaveFailedWith() needs a part of the message, a pattern of it, the class of an error, or { type, message } as texts.',
  );
}

function isExpectation(expected: unknown): boolean {
  if (expected instanceof RegExp) return true;
  if (typeof expected === 'function') return expected.name !== '';
  if (!isObject(expected)) return isText(expected);
  // The message of an error is not enumerable, and its other members are not compared.
  const isKnown = expected instanceof Error || Object.keys(expected).every((key) => MEMBERS.includes(key));
  const given = MEMBERS.map((key) => expected[key]).filter((member) => member !== undefined);
  return isKnown && given.length > 0 && given.every(isText);
}

const MEMBERS = ['type', 'message'];

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

export function isSameFailure(failure: Failure, expected: ExpectedFailure): boolean {
  const { type = '', message = '' } = failure;
  if (typeof expected === 'string') return message.includes(expected);
  if (expected instanceof RegExp) return expected.test(message);
  if (typeof expected === 'function') return type === expected.name;
  return (
    (expected.type === undefined || expected.type === type) &&
    (expected.message === undefined || message.includes(expected.message))
  );
}

export function describeFailure(expected: ExpectedFailure): string {
  if (typeof expected === 'function') return expected.name;
  if (expected instanceof RegExp) return String(expected);
  return JSON.stringify(typeof expected === 'string' ? expected : { type: expected.type, message: expected.message });
}
