import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { memberNotSaved } from '../durable-execution.messages.js';
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

/** Members into which guards write, whatever class they are of. */
const WRITTEN_INTO: ReadonlySet<string> = new Set(['auth', 'body', 'headers', 'params', 'query', 'session', 'user']);

/** Of the HTTP framework and of this package: the same in every invocation. */
const NOT_WATCHED = /^(?:_|lambda$|rawBody$)/;

/** As deep as data is saved. */
const MAX_DEPTH = 20;

/** An object and what it was before the guards, with the objects and arrays in it. */
export class Watched {
  readonly #before: ReadonlyMap<string, unknown>;
  readonly #within: ReadonlyMap<string, Watched>;

  /** @param depth - 0 for a request, which has members that are no data, and others that are not its own */
  constructor(
    private readonly object: Members,
    private readonly depth = 0,
  ) {
    const within = depth === 0 ? membersOfRequest(object) : containersIn(object, depth);
    this.#within = new Map(within.map(([name, member]) => [name, new Watched(member, depth + 1)]));
    this.#before = new Map([...this.#names(), ...this.#within.keys()].map((name) => [name, object[name]]));
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
    for (const [name, form] of Object.entries(data)) put(this.object, name, fromDataForm(form, name));
    for (const name of removed) Reflect.deleteProperty(this.object, name);
    for (const name of live) this.#refuseMissing(name);
    for (const [name, watched] of this.#unreplaced()) watched.restore(within[name]);
  }

  /** What no guard has changed today. */
  restoreMissing({ data = {}, removed = [], within = {} }: SavedMembers = {}): void {
    const isUntouched = (name: string) => Object.is(this.object[name], this.#before.get(name));
    for (const [name, form] of Object.entries(data)) {
      if (isUntouched(name)) put(this.object, name, fromDataForm(form, name));
    }
    for (const name of removed.filter(isUntouched)) Reflect.deleteProperty(this.object, name);
    for (const [name, watched] of this.#unreplaced()) watched.restoreMissing(within[name]);
  }

  #changedNames(): string[] {
    const names = new Set([...this.#names(), ...this.#before.keys()]);
    return [...names].filter((name) => !Object.is(this.object[name], this.#before.get(name)));
  }

  /** An array is watched as an object is, with its length. */
  #names(): string[] {
    const names = Object.keys(this.object);
    if (this.depth === 0) return [...names.filter((name) => !NOT_WATCHED.test(name)), ...redefined(this.object)];
    return Array.isArray(this.object) ? [...names, 'length'] : names;
  }

  #takeBack(name: string): void {
    if (this.#before.has(name)) put(this.object, name, this.#before.get(name));
    else Reflect.deleteProperty(this.object, name);
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

function membersOfRequest(request: Members): [string, Members][] {
  const names = new Set([...Object.keys(request).filter((name) => isContainer(request[name])), ...WRITTEN_INTO]);
  const members = [...names]
    .filter((name) => !NOT_WATCHED.test(name) && holdsMembers(request, name))
    .map((name): [string, Members] => [name, request[name] as Members]);
  const locals = (request['res'] as Partial<Record<string, unknown>> | undefined)?.['locals'];
  return isContainer(locals) ? [...members, ['res.locals', locals]] : members;
}

/** What is an accessor of requests, such as the query in Express, until somebody puts a value in its place. */
function redefined(request: Members): string[] {
  return [...WRITTEN_INTO].filter((name) => Object.hasOwn(request, name));
}

function put(object: Members, name: string, value: unknown): void {
  const isPut = Reflect.set(object, name, value);
  if (!isPut) Reflect.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}

function containersIn(object: Members, depth: number): [string, Members][] {
  if (depth >= MAX_DEPTH) return [];
  return Object.entries(object).filter((member): member is [string, Members] => isContainer(member[1]));
}

function isContainer(value: unknown): value is Members {
  return Array.isArray(value) || isPlain(value);
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** Not what is made anew at each look, as the query of Express. */
function holdsMembers(request: Members, name: string): boolean {
  const value = request[name];
  const isObject = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  return isObject && request[name] === value;
}

function withoutEmpty(saved: Required<SavedMembers>): SavedMembers | undefined {
  const filled = Object.entries(saved).filter(([, members]) => Object.keys(members).length > 0);
  return filled.length > 0 ? Object.fromEntries(filled) : undefined;
}
