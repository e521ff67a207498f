import { memberOf } from './thrown.js';

const PROMISE = 'a promise, which must be awaited first';
const OBSERVABLE = 'an observable, which must be awaited first, such as by firstValueFrom()';
const GENERATOR = 'a generator, which must be iterated first';

/**
 * The JSON of a value that is sent.
 *
 * @throws {TypeError} if it, or a value in it, has no result yet: see {@link assertAwaited}
 */
export function jsonText(value: unknown): string | undefined {
  return JSON.stringify(value, (name, member: unknown) => {
    assertAwaited(member, name === '' ? 'it' : `"${name}" in it`);
    return member;
  });
}

/**
 * JSON writes `{}` for a value that must be awaited or iterated first: its result would be lost, and work that has not
 * begun would count as done.
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
  return isGenerator ? GENERATOR : undefined;
}
