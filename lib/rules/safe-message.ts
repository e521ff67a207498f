import { isInvalidCall } from './built-in/orms.js';
import { isZod } from './built-in/validation.js';
import type { ErrorLink } from './error-link.js';

const SQL = /^\s*(select|insert|update|delete|with|do|call|create|alter|drop|truncate|merge)\b[^]* - /i;

/** Texts in which libraries repeat user input or the response of another service, and their replacements. */
const MASKS: ReadonlyArray<readonly [pattern: RegExp, left: string]> = [
  // Knex puts the statement before the message, Drizzle puts its parameters after it.
  [SQL, ''],
  [/^Failed query:[^]*$/, 'Failed query'],
  // MySQL, Postgres
  [/(entry|value:?|near) '[^]*?'(?= for | at |$)/g, "$1 '…'"],
  [/((?:invalid|malformed|out of range)[^"]*|near )"[^]*?"/g, '$1"…"'],
  // MongoDB
  [/ dup key: [^]*$/, ''],
  // graphql-request, Anthropic
  [/: \{"response"[^]*$/, ''],
  [/^(\d{3}) \{[^]*$/, '$1'],
  // TypeORM, MikroORM, mongoose
  [/ matching: [^]*$/, ''],
  [/^(\w+ not found) \([^]*$/, '$1'],
  [/^No document found for query "[^]*?"( on model)/, 'No document found$1'],
  [/^(Cast to \w+ failed for value) [^]*?( \(type \w+\))?( at path)/, '$1 "…"$2$3'],
  // yup, JSON.parse, execFile, fetch
  [/, but the final value was: [^]*$/, ''],
  [/(Unexpected token .*?), "[^]*"(\.\.\.)? is not valid JSON/, '$1: not valid JSON'],
  [/^Command failed: [^]*$/, 'Command failed'],
  [/^Failed to parse URL from [^]*$/, 'Failed to parse URL'],
  // Any library
  [/\/\/[^/\s:@]*:[^/\s@]*@/g, '//…@'],
  [/\b(Bearer|Basic) [\w.~+/=-]{8,}/g, '$1 …'],
  [/\b((?:api[_-]?key|token|password|secret)\s*[=:]\s*)[^\s&,;"']+/gi, '$1…'],
];

/** A message without the data that libraries put into it; their own words stay. */
export function safeMessage(error: ErrorLink): string {
  const { message } = error;
  if (isZod(error)) return problemsOf(error, 'issues', 'code');
  if (error.get('isJoi') === true) return problemsOf(error, 'details', 'type');
  if (isInvalidCall(error)) return firstLineOf(message);
  if (typeof error.get('details') === 'string' && error.number('code') !== undefined) return statusOfGrpc(message);
  return MASKS.reduce((text, [pattern, left]) => text.replace(pattern, left), message);
}

/** Only paths and kinds: zod prints its issues as JSON, including unknown keys, and `Joi.assert` prints the whole value. */
function problemsOf(error: ErrorLink, list: string, kind: string): string {
  const problems = error.list(list).slice(0, 20) as ReadonlyArray<Record<string, unknown>>;
  const texts = problems.map(
    ({ path, [kind]: what }) => `${String((path as unknown[] | undefined)?.join('.'))}: ${String(what)}`,
  );
  return texts.join('; ') || 'Invalid input';
}

function firstLineOf(message: string): string {
  return message.trim().split('\n', 1).join();
}

function statusOfGrpc(message: string): string {
  return /^\d+ [A-Z_]+/.exec(message)?.[0] ?? message;
}
