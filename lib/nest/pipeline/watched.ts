import { currentInvocation } from '../../engine/adapter.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { memberNotSaved } from '../execution.messages.js';
import { type DataForm, dataFormOf, fromDataForm } from './data-form.js';
import { isInstanceOfData } from './data-walk.js';
import { isSecret } from './secret-names.js';
import { isCollection, type Watch, WatchedCollection } from './watched-collection.js';

/** What guards have done to a request or to a member of it, as it is saved at admission. */
export interface SavedMembers {
  /** What they have added, as data. */
  data?: Record<string, DataForm>;
  /** The names of members that are not data: they stay as the guards have left them, and are never saved. */
  live?: string[];
  /** The names of what they have removed. */
  removed?: string[];
  /** The same for members that are objects, such as the headers. */
  within?: Record<string, SavedMembers>;
}

type Members = Record<string, unknown>;

/** Members into which guards write, whatever class they have. */
const WRITTEN_INTO: ReadonlySet<string> = new Set(['auth', 'body', 'headers', 'params', 'query', 'session', 'user']);

/** Members of Node, of HTTP frameworks, of telemetry and of this package: no data of guards. */
const NOT_WATCHED =
  /^(?:__|_(?:consuming|dumped|events|maxListeners|parsed|passport|readableState|remoteAddress|session|start)|lambda$|rawBody$)/;

/** The maximum depth of saved data. */
const MAX_DEPTH = 20;

/**
 * An object and what it was before the guards, with the objects and arrays in it.
 *
 * A body may have very many of them, and guards change few: so what is untouched costs one look.
 */
export class Watched implements Watch<SavedMembers | undefined> {
  /** What hidden accessors were before the guards: those are not read. */
  readonly #unread: ReadonlyMap<string, unknown>;
  readonly #before: Readonly<Members>;
  readonly #within: Within;

  /** @param depth - 0 for a request of HTTP, which has members that are not data, and inherited members */
  constructor(
    private readonly object: Members,
    private readonly depth = 0,
    /** What is watched already: a request may hold the same object in several places, or in a circle. */
    seen: Set<object> = new Set([object]),
  ) {
    const own = Object.getOwnPropertyNames(object);
    const isOpen = Array.isArray(object) || own.length === Object.keys(object).length;
    this.#unread = isOpen ? NONE : hiddenAccessorsOf(object, own);
    const names = this.#watched(own);
    this.#within =
      depth === 0 ? membersOfRequest(object, names, seen) : containersIn(object, { names, depth: depth + 1, seen });
    const withInherited = () => [...names, ...this.#within.map(([name]) => name)];
    this.#before = depth > 0 && isOpen ? shallow(object) : copyOf(object, withInherited());
  }

  async changes(): Promise<SavedMembers | undefined> {
    const saved: Required<SavedMembers> = { data: {}, live: [], removed: [], within: {} };
    for (const name of this.#changedNames()) {
      const value = this.object[name];
      if (value === undefined) {
        if (this.#had(name)) saved.removed.push(name);
        continue;
      }
      const form = await dataFormOf(name, value);
      if (form) saved.data[name] = form;
      else if (form === undefined) saved.live.push(name);
    }
    for (const [name, watched] of this.#unreplaced()) {
      const changes = watched.isTouched() ? await watched.changes() : undefined;
      // Such as the cookies that a parser has put there: what guards add to them is as secret.
      const savable = isSecret(name) ? removalsOf(changes) : changes;
      if (savable) saved.within[name] = savable;
    }
    return withoutEmpty(saved);
  }

  restore({ data = {}, live = [], removed = [], within = {} }: SavedMembers = {}): void {
    for (const name of this.#changedNames()) {
      if (!live.includes(name)) this.#takeBack(name);
    }
    for (const [name, form] of Object.entries(data)) put(this.object, name, fromDataForm(form, name));
    for (const name of removed) Reflect.deleteProperty(this.object, name);
    for (const name of live) this.#refuseMissing(name);
    for (const [name, watched] of this.#unreplaced()) {
      if (within[name] || watched.isTouched()) watched.restore(within[name]);
    }
  }

  /** Restores what no guard has changed today. */
  restoreMissing({ data = {}, removed = [], within = {} }: SavedMembers = {}): void {
    const isUntouched = (name: string) => Object.is(this.object[name], this.#before[name]);
    for (const [name, form] of Object.entries(data)) {
      if (isUntouched(name)) put(this.object, name, fromDataForm(form, name));
    }
    for (const name of removed.filter(isUntouched)) Reflect.deleteProperty(this.object, name);
    for (const [name, watched] of this.#unreplaced()) {
      if (within[name]) watched.restoreMissing(within[name]);
    }
  }

  /** Whether guards have changed a member of it, or of what is in it. */
  isTouched(): boolean {
    return !this.#hasSameMembers() || this.#within.some(([, watched]) => watched.isTouched());
  }

  #changedNames(): string[] {
    if (this.depth > 0 && this.#hasSameMembers()) return [];
    const names = new Set([...this.#names(), ...Object.keys(this.#before)]);
    return [...names].filter((name) => !this.#had(name) || !Object.is(this.object[name], this.#before[name]));
  }

  #hasSameMembers(): boolean {
    const { object } = this;
    const before = this.#before;
    if (Array.isArray(object) && Array.isArray(before)) {
      return object.length === before.length && object.every((item, index) => Object.is(item, before[index]));
    }
    const names = this.#names();
    return (
      names.length === Object.keys(before).length &&
      names.every((name) => Object.is(object[name], before[name]) && Object.hasOwn(before, name))
    );
  }

  /** Guards may also define members that are not enumerable. An array is watched like an object, with its length. */
  #names(): string[] {
    return this.#watched(Object.getOwnPropertyNames(this.object));
  }

  #watched(own: string[]): string[] {
    const names = this.depth > 0 ? own : own.filter((name) => !NOT_WATCHED.test(name));
    if (this.#unread === NONE) return names;
    return names.filter((name) => !this.#unread.has(name) || this.#unread.get(name) !== getterOf(this.object, name));
  }

  #had(name: string): boolean {
    return Object.hasOwn(this.#before, name);
  }

  #takeBack(name: string): void {
    if (this.#had(name)) put(this.object, name, this.#before[name]);
    else Reflect.deleteProperty(this.object, name);
  }

  /**
   * A member that was not data then, and that no guard has added now: reading it must not silently return nothing. The
   * execution fails, also if a filter or an interceptor turns the error into a response: the first invocation went on.
   */
  #refuseMissing(name: string): void {
    if (this.object[name] !== undefined) return;
    const get = () => {
      const error = new DurableConfigurationError(memberNotSaved(name));
      currentInvocation()?.proposeFailure(error);
      throw error;
    };
    const set = (value: unknown) =>
      Object.defineProperty(this.object, name, { value, configurable: true, enumerable: true, writable: true });
    Object.defineProperty(this.object, name, { configurable: true, enumerable: false, get, set });
  }

  /** A member that was replaced as a whole counts as one change. */
  #unreplaced(): Within {
    return this.#within.filter(([name]) => Object.is(this.object[name], this.#before[name]));
  }
}

const NONE: ReadonlyMap<string, unknown> = new Map();

/**
 * Accessors that are not enumerable, as middleware and libraries make them: reading one may throw, ask a database, or
 * create another object each time. Those that guards define are read.
 */
function hiddenAccessorsOf(object: Members, own: readonly string[]): ReadonlyMap<string, unknown> {
  const hidden = own.filter((name) => !Object.prototype.propertyIsEnumerable.call(object, name));
  return new Map(hidden.map((name) => [name, getterOf(object, name)] as const).filter(([, getter]) => getter));
}

function getterOf(object: Members, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.get;
}

/** A copy of an object or an array that was made by a parser, or of one that is like it. */
function shallow(object: Members): Members {
  return Array.isArray(object) ? (object.slice() as unknown as Members) : { ...object };
}

function copyOf(object: Members, names: readonly string[]): Members {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

type Entries = Array<[string, Watch<SavedMembers | undefined>]>;
type Within = Readonly<Entries>;

function membersOfRequest(request: Members, names: readonly string[], seen: Set<object>): Within {
  const response = request['res'] as Members | undefined;
  // What middleware has made for a request may hold both.
  if (response) seen.add(response);
  const watched = containersIn(request, { names, depth: 1, seen });
  for (const name of WRITTEN_INTO) {
    if (holdsMembers(request, name)) add(watched, name, { object: request[name] as Members, depth: 1, seen });
  }
  if (response && isContainer(response['locals'])) add(watched, 'res', { object: localsOf(response), depth: 1, seen });
  return watched;
}

/** A response, as far as guards write data into it. */
function localsOf(response: Members): Members {
  return {
    get locals(): unknown {
      return response['locals'];
    },
    set locals(value: unknown) {
      response['locals'] = value;
    },
  };
}

function put(object: Members, name: string, value: unknown): void {
  const isPut = Reflect.set(object, name, value);
  if (!isPut) Reflect.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}

function containersIn(object: Members, { names, depth, seen }: Found & { names: readonly string[] }): Entries {
  const found: Entries = [];
  if (depth > MAX_DEPTH) return found;
  for (const name of names) {
    const member = object[name];
    if (isContainer(member) || isCollection(member) || isInstanceOfData(member, seen))
      add(found, name, { object: member, depth, seen });
  }
  return found;
}

interface Found {
  depth: number;
  seen: Set<object>;
}

function add(found: Entries, name: string, { object, depth, seen }: Found & { object: object }): void {
  if (seen.has(object)) return;
  seen.add(object);
  try {
    const watch = (members: object) => new Watched(members as Members, depth, seen);
    found.push([name, isCollection(object) ? new WatchedCollection(object, watch) : watch(object)]);
  } catch {
    // What cannot be read cannot be watched, such as what is behind a getter that throws.
  }
}

function isContainer(value: unknown): value is Members {
  return Array.isArray(value) || isPlain(value);
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** Not for members that are created again at each read, as the query of Express. */
function holdsMembers(request: Members, name: string): boolean {
  const value = request[name];
  const isObject = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  return isObject && request[name] === value;
}

function removalsOf({ removed = [], within = {} }: SavedMembers = {}): SavedMembers | undefined {
  const inside = Object.entries(within).flatMap(([name, saved]) => {
    const removals = removalsOf(saved);
    return removals ? [[name, removals] as const] : [];
  });
  return withoutEmpty({ data: {}, live: [], removed, within: Object.fromEntries(inside) });
}

function withoutEmpty(saved: Required<SavedMembers>): SavedMembers | undefined {
  const filled = Object.entries(saved).filter(([, members]) => Object.keys(members).length > 0);
  return filled.length > 0 ? Object.fromEntries(filled) : undefined;
}
