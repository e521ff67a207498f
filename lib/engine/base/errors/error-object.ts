import type { ErrorObject } from '../../../wire/operation.js';
import { memberOf } from '../../../wire/thrown.js';
import type { ErrorKnowledge } from './error-knowledge.js';
import { keptOf } from './kept-error.js';
import { writeKept } from './kept-text.js';
import { isDurableExecutionsError, isOperationError, isUnrecoverableError } from './recognise.js';
import { readThrownValue } from './thrown-value.js';

/** What the record has members of its own for. */
const NAMED = new Set(['name', 'message']);

/** How many causes are searched for `errorData`, so that it survives being wrapped by child contexts. */
const MAX_CAUSES = 10;

/**
 * What the service records of a thrown value. For an error: its name and message, the `errorData` of our own errors,
 * and the members of an error of a registered class. For any other value: its text, and the plain members of an object
 * as data.
 *
 * The stack trace is never recorded: it would differ between the first run and a replay.
 *
 * @param known - knowledge of the errors of other libraries: their recordable members are recorded then
 */
export function toErrorObject(thrown: unknown, known?: ErrorKnowledge): ErrorObject {
  const name = memberOf(thrown, 'name');
  const message = memberOf(thrown, 'message');
  if (typeof name !== 'string' || typeof message !== 'string') return objectOfValue(thrown, name, known);
  const errorType = memberOf(thrown, 'errorType');
  const errorData = isDurableExecutionsError(thrown) ? errorDataOf(thrown) : undefined;
  const isOurs = isUnrecoverableError(thrown) || isOperationError(thrown);
  if (!isOurs && errorData === undefined) return objectOfError({ name, message }, thrown, known);
  const type = typeof errorType === 'string' ? errorType : name;
  return objectOf({ type, message, data: errorData }, known);
}

/**
 * Turns any thrown value into an error, once: errors of any realm stay unchanged, any other value becomes the cause.
 */
export function normaliseThrown(thrown: unknown): Error {
  if (typeof memberOf(thrown, 'name') === 'string' && typeof memberOf(thrown, 'message') === 'string') {
    return thrown as Error;
  }
  return new Error(readThrownValue(thrown).message, { cause: thrown });
}

function objectOfError(
  { name, message }: { name: string; message: string },
  thrown: unknown,
  known: ErrorKnowledge | undefined,
): ErrorObject {
  const kept = keptOf(thrown, known);
  if (kept) return { ErrorType: kept.class ?? name, ErrorMessage: kept.message, ErrorData: writeKept(kept) };
  const described = known ? known.describe(thrown as object).message : message;
  return objectOf({ type: name, message: described, data: dataOf(thrown) }, known);
}

/** What an object that only looks like an error says beside name and message: it has no stack. */
function dataOf(thrown: unknown): string | undefined {
  if (typeof memberOf(thrown, 'stack') === 'string') return undefined;
  const { data } = readThrownValue(thrown);
  const saysMore = data !== undefined && Object.keys(JSON.parse(data) as object).some((name) => !NAMED.has(name));
  return saysMore ? data : undefined;
}

function objectOfValue(thrown: unknown, name: unknown, known: ErrorKnowledge | undefined): ErrorObject {
  const isNamed = typeof name === 'string' && typeof thrown === 'object';
  return objectOf({ ...readThrownValue(thrown), type: isNamed ? name : undefined }, known);
}

interface Told {
  type: string | undefined;
  message: string;
  data?: string | undefined;
}

function objectOf({ type, message, data }: Told, known: ErrorKnowledge | undefined): ErrorObject {
  const redact = (text: string): string => known?.redact?.(text) ?? text;
  return {
    ...(type !== undefined && { ErrorType: type }),
    ErrorMessage: redact(message),
    ...(data !== undefined && { ErrorData: redact(data) }),
  };
}

function errorDataOf(thrown: unknown): string | undefined {
  let link = thrown;
  for (let depth = 0; depth <= MAX_CAUSES; depth++) {
    const errorData = memberOf(link, 'errorData');
    if (typeof errorData === 'string') return errorData;
    link = memberOf(link, 'cause');
  }
  return undefined;
}
