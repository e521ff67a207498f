import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { memberNotSaved, savedRequestTooLarge } from '../durable-execution.messages.js';
import { type DataForm, dataFormOf, fromDataForm } from './data-form.js';

/** What guards have done to a request or to a member of it, as it is saved at admission. */
export interface SavedMembers {
  /** What they have put there, as data. */
  data?: Record<string, DataForm>;
  /** The names of what is no data: it stays as the guards have made it, and is never saved. */
  live?: string[];
  /** The names of what they have taken away. */
  removed?: string[];
  /** The same of members that are objects, such as the headers. */
  within?: Record<string, SavedMembers>;
}

type Members = Record<string, unknown>;

const MAX_BYTES = 32 * 1024;

/** Members into which guards write, whatever class they are of. */
const WRITTEN_INTO: ReadonlySet<string> = new Set(['auth', 'body', 'headers', 'params', 'query', 'session', 'user']);

/** Of the HTTP framework and of this package: the same in every invocation. */
const NOT_WATCHED = /^(?:_|lambda$|rawBody$)/;

/**
 * Watches what guards do to a request: to its members, and to those of its headers, body, session and plain objects.
 *
 * When they have ended, what they did is replaced by what was saved of it. That is so in the first invocation as in
 * every other: the handler sees the same on day three as on day one.
 */
export class WatchedRequest {
  readonly #request: Watched;

  constructor(request: object) {
    this.#request = new Watched(request as Members, true);
  }

  /**
   * What is to be saved; `undefined` when the guards have done nothing.
   * @throws {DurableConfigurationError} when it is too large
   */
  async changes(): Promise<SavedMembers | undefined> {
    const saved = await this.#request.changes();
    const bytes = Buffer.byteLength(JSON.stringify(saved) ?? '');
    if (bytes > MAX_BYTES) throw new DurableConfigurationError(savedRequestTooLarge(bytes, MAX_BYTES, sizesOf(saved)));
    return saved;
  }

  /** Gives the request what was saved, in place of whatever guards have done to it now. */
  restore(saved: SavedMembers | undefined): void {
    this.#request.restore(saved);
  }

  /** Gives the request what a guard that refuses now has put there then, for the guards after it. */
  restoreMissing(saved: SavedMembers | undefined): void {
    this.#request.restoreMissing(saved);
  }
}

/** An object and what it was before the guards. */
class Watched {
  readonly #before: ReadonlyMap<string, unknown>;
  readonly #within: ReadonlyMap<string, Watched>;

  constructor(
    private readonly object: Members,
    isRequest = false,
  ) {
    const within = isRequest ? watchedMembers(object) : [];
    const names = [...Object.keys(object).filter((name) => !NOT_WATCHED.test(name)), ...within.map(([name]) => name)];
    this.#before = new Map(names.map((name) => [name, object[name]]));
    this.#within = new Map(within);
  }

  async changes(): Promise<SavedMembers | undefined> {
    const saved: Required<SavedMembers> = { data: {}, live: [], removed: [], within: {} };
    for (const name of this.#changedNames()) {
      const value = this.object[name];
      if (value === undefined) {
        if (this.#before.has(name)) saved.removed.push(name);
        continue;
      }
      const form = await dataFormOf(name, value);
      if (form) saved.data[name] = form;
      else if (form === undefined) saved.live.push(name);
    }
    for (const [name, watched] of this.#unreplaced()) {
      const changes = await watched.changes();
      if (changes) saved.within[name] = changes;
    }
    return withoutEmpty(saved);
  }

  restore({ data = {}, live = [], removed = [], within = {} }: SavedMembers = {}): void {
    for (const name of this.#changedNames()) {
      if (!live.includes(name)) this.#takeBack(name);
    }
    for (const [name, form] of Object.entries(data)) this.object[name] = fromDataForm(form, name);
    for (const name of removed) delete this.object[name];
    for (const name of live) this.#refuseMissing(name);
    for (const [name, watched] of this.#unreplaced()) watched.restore(within[name]);
  }

  /** What no guard has changed today. */
  restoreMissing({ data = {}, removed = [], within = {} }: SavedMembers = {}): void {
    const isUntouched = (name: string) => Object.is(this.object[name], this.#before.get(name));
    for (const [name, form] of Object.entries(data)) {
      if (isUntouched(name)) this.object[name] = fromDataForm(form, name);
    }
    for (const name of removed.filter(isUntouched)) delete this.object[name];
    for (const [name, watched] of this.#unreplaced()) watched.restoreMissing(within[name]);
  }

  #changedNames(): string[] {
    const names = new Set([...Object.keys(this.object), ...this.#before.keys()]);
    return [...names].filter(
      (name) => !NOT_WATCHED.test(name) && !Object.is(this.object[name], this.#before.get(name)),
    );
  }

  #takeBack(name: string): void {
    if (this.#before.has(name)) this.object[name] = this.#before.get(name);
    else delete this.object[name];
  }

  /** A member that was no data then, and that no guard has put there now: its use must not find nothing. */
  #refuseMissing(name: string): void {
    if (this.object[name] !== undefined) return;
    const get = () => {
      throw new DurableConfigurationError(memberNotSaved(name));
    };
    Object.defineProperty(this.object, name, { configurable: true, enumerable: false, get });
  }

  /** A member that was replaced as a whole counts as one change. */
  #unreplaced(): [string, Watched][] {
    return [...this.#within].filter(([name]) => Object.is(this.object[name], this.#before.get(name)));
  }
}

function watchedMembers(request: Members): [string, Watched][] {
  const names = new Set([...Object.keys(request).filter((name) => isPlain(request[name])), ...WRITTEN_INTO]);
  return [...names]
    .filter((name) => !NOT_WATCHED.test(name) && holdsMembers(request, name))
    .map((name) => [name, new Watched(request[name] as Members)]);
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** Not what is made anew at each look, as the query of Express. */
function holdsMembers(request: Members, name: string): boolean {
  const value = request[name];
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
  return isObject && request[name] === value;
}

function withoutEmpty(saved: Required<SavedMembers>): SavedMembers | undefined {
  const filled = Object.entries(saved).filter(([, members]) => Object.keys(members).length > 0);
  return filled.length > 0 ? Object.fromEntries(filled) : undefined;
}

/** For the message: which members are how large. */
function sizesOf({ data = {}, within = {} }: SavedMembers = {}): string[] {
  const own = Object.entries(data).map(([name, form]) => `${name}: ${Buffer.byteLength(JSON.stringify(form))} bytes`);
  return [
    ...own,
    ...Object.entries(within).flatMap(([name, saved]) => sizesOf(saved).map((text) => `${name}.${text}`)),
  ];
}
