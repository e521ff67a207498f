import { errorMembers, isErrorLike, plainValue } from '../../engine/adapter.js';
import type { LogLevel } from '@nestjs/common';

/** Members that a logged object must not set: the logger sets them. */
const RESERVED = ['level', 'timestamp'] as const;

type LogRecord = Record<string, unknown>;

/**
 * The parts of a call: the last text is the name of the logger, and the text of a stack may be anywhere after the
 * message of an error.
 */
interface ReadCall {
  context?: string;
  stack?: string;
  /** All other arguments, in their order. */
  params: unknown[];
}

/**
 * One flat record of a call of Nest's logger: `(message, ...params, context)`, for errors
 * `(message, ...params, stack, context)`; both are optional. Members of objects and of the first error become members
 * of the record; other arguments are kept as `params`.
 */
export function logRecord(level: LogLevel, message: unknown, given: readonly unknown[]): LogRecord {
  const { context, stack, params } = readCall(level, given);
  const said = [message, ...params];
  const error = said.find(isErrorLike);
  const members = said.filter((value) => isPlainObject(value) && value !== error).map(plainValue) as LogRecord[];
  const rest = params.filter((value) => !isPlainObject(value) && value !== error);
  const record = Object.assign(
    {},
    stack !== undefined && { stackTrace: stack.split('\n') },
    ...members,
    error && errorMembers(error),
    rest.length > 0 && { params: plainValue(rest) },
    { message: messageOf(message) },
    context !== undefined && { context },
  ) as LogRecord;
  for (const name of RESERVED) delete record[name];
  return record;
}

function readCall(level: LogLevel, given: readonly unknown[]): ReadCall {
  const params = given.filter((param) => param !== undefined);
  const isFailure = level === 'error' || level === 'fatal';
  const stackAt = isFailure ? params.findIndex(isStack) : -1;
  const [stack] = stackAt < 0 ? [] : (params.splice(stackAt, 1) as string[]);
  const context = typeof params.at(-1) === 'string' ? (params.pop() as string) : undefined;
  return { context, stack, params };
}

function isStack(param: unknown): boolean {
  return typeof param === 'string' && /\n[ \t]+at /.test(param);
}

/** The message of an object, if it has one; of anything else the value itself, as far as a record can hold it. */
function messageOf(message: unknown): unknown {
  if (isErrorLike(message)) return message.message;
  if (!isPlainObject(message)) return typeof message === 'object' ? plainValue(message) : String(message);
  const { message: named = '' } = message as { message?: unknown };
  return typeof named === 'object' ? plainValue(named) : String(named);
}

/** An object with enumerable members, as objects of classes may be too; none that cannot be read. */
function isPlainObject(value: unknown): value is object {
  try {
    if (typeof value !== 'object' || value === null || isErrorLike(value) || Array.isArray(value)) return false;
    const hasOtherForm = value instanceof Map || value instanceof Set || ArrayBuffer.isView(value);
    return !hasOtherForm && typeof (value as { toJSON?: unknown }).toJSON !== 'function';
  } catch {
    return false;
  }
}
