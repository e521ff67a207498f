import { memberOf } from './thrown.js';

const PROMISE = 'a promise, which must be awaited first';
const OBSERVABLE = 'an observable, which must be awaited first, such as by firstValueFrom()';
const GENERATOR = 'a generator, which must be iterated first';
const STREAM = 'a stream, whose content must be read first';

/**
 * The JSON of a value that is sent.
 *
 * @throws {TypeError} if it, or a value in it, has no result yet: see {@link assertAwaited}
 */
export function jsonText(value: unknown): string | undefined {
  const pending: unknown[] = [];
  const text = savedText(value, (name, member: unknown) => {
    try {
      assertAwaited(member, name === '' ? 'it' : `"${name}" in it`);
      return member;
    } catch (error) {
      // All of them are visited: of several promises, each may be rejected.
      pending.push(error);
      return undefined;
    }
  });
  if (pending.length > 0) throw pending[0];
  return text;
}

/** Whether a value is being written that will be saved or sent: synchronously, so that no other code runs meanwhile. */
let isSaving = false;

/** The JSON of a value that will be saved or sent, as opposed to a log line. */
export function savedText(value: unknown, replacer?: (name: string, member: unknown) => unknown): string | undefined {
  const wasSaving = isSaving;
  isSaving = true;
  try {
    return JSON.stringify(value, replacer);
  } finally {
    isSaving = wasSaving;
  }
}

/** @throws {TypeError} where the caller is written as a part of a value that will be saved or sent */
export function assertNotSaved(what: string): void {
  if (isSaving)
    throw new TypeError(`${what} is, or is a part of, what would be saved: return what you need of it instead`);
}

/**
 * JSON writes `{}`, or the inner state of a stream, for a value that must be awaited, iterated or read first: its result
 * would be lost, and work that has not begun would count as done.
 *
 * @throws {TypeError} for such a value
 */
export function assertAwaited(value: unknown, called = 'it'): void {
  const form = typeof value === 'object' ? pendingForm(value) : undefined;
  if (form === undefined) return;
  // Nothing else awaits it: its rejection would end the process.
  if (value instanceof Promise) value.catch(() => undefined);
  throw new TypeError(`${called} is ${form}`);
}

/** What the value is if it has no result yet; `undefined` also for one that says itself how it is written. */
function pendingForm(value: unknown): string | undefined {
  const has = (member: PropertyKey) => typeof memberOf(value, member) === 'function';
  if (has('toJSON')) return undefined;
  if (has('then')) return PROMISE;
  if (has('subscribe')) return has('pipe') ? OBSERVABLE : undefined;
  // By its methods: a compiled one has no tag, and what `map()` of an iterator returns has another one.
  const isGenerator = has('next') && has('return') && (has(Symbol.iterator) || has(Symbol.asyncIterator));
  if (isGenerator) return GENERATOR;
  // Of Node, of the web, and Nest's StreamableFile. Two methods each, because an entity may have one: a loan has a reader.
  const isStream = has('pipe')
    ? has('on')
    : (has('getReader') && has('tee')) || (has('getStream') && has('getHeaders'));
  return isStream ? STREAM : undefined;
}
