import { formOf, type Form, partsOf } from './kept-forms.js';
import { isSecret } from './secret-names.js';

/** What a walk through a value has found, by the path of each object; the path of the value itself is empty. */
export interface Walk {
  /** Names of methods and accessors. */
  methods: Record<string, string[]>;
  /** Values that JSON has no form for. */
  forms: Record<string, Form>;
}

/** A value is no data, or holds something that is none. */
export class NotData extends Error {}

interface Place extends Walk {
  path: string;
  parents: readonly object[];
}

const MAX_DEPTH = 20;

/**
 * Members that `JSON.stringify`, `await` and string templates read from any object: refusing them would break
 * everything.
 */
const ASKED_OF_ALL = new Set(['constructor', 'then', 'toJSON', 'toLocaleString', 'toString', 'valueOf']);

/**
 * Walks through text, numbers, booleans, null, dates, maps, sets, bytes, and arrays, objects and instances of these that
 * contain no functions.
 *
 * @returns the same value, or a copy in which everything has a form in JSON
 * @throws {NotData} when there is something else
 */
export function walk(value: unknown, found: Walk): unknown {
  return visit(value, { ...found, path: '', parents: [] });
}

/**
 * Whether a value is an instance of a class that only holds data, such as a context that middleware has made.
 * @param known - what it may hold besides, such as the request
 */
export function isInstanceOfData(value: unknown, known: ReadonlySet<unknown>): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || known.has(value)) return false;
  try {
    if (value instanceof Date || isLive(value) || 'toJSON' in value) return false;
    for (const member of Object.values(value)) if (!known.has(member)) walk(member, { methods: {}, forms: {} });
    return true;
  } catch {
    return false;
  }
}

/** The names in a path. */
export const namesIn = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));

function visit(value: unknown, place: Place): unknown {
  const form = formOf(value);
  if (form) {
    place.forms[place.path] = form;
    return visit(partsOf(value, form), inside(value, place));
  }
  if (typeof value === 'object' && value !== null) return value instanceof Date ? value : visitObject(value, place);
  if (typeof value === 'function' || typeof value === 'symbol') throw new NotData();
  return value;
}

function visitObject(value: object, place: Place): unknown {
  if (isLive(value)) throw new NotData();
  const parents = inside(value, place);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') {
    const json: unknown = toJSON.call(value, '');
    const visited = visit(json, parents);
    return visited === json ? value : visited;
  }
  noteMethods(value, place);
  return visitMembers(value, parents);
}

/** The same object, if that is true of its members. */
function visitMembers(value: object, place: Place): unknown {
  const members = Object.entries(value).filter(([name]) => !isSecret(name));
  const visited = members.map(([name, member]) => {
    const path = `${place.path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [name, visit(member, { ...place, path })] as const;
  });
  const changed = visited.filter(([, member], index) => !Object.is(member, members[index]![1]));
  if (changed.length === 0) return value;
  // A copy keeps its class, whose decorators may exclude members.
  const descriptors: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(value);
  for (const [name, member] of changed) descriptors[name] = { ...ORDINARY, value: member };
  const copy: object = Array.isArray(value) ? [] : (Object.create(Object.getPrototypeOf(value) as object) as object);
  return Object.defineProperties(copy, descriptors);
}

const ORDINARY = { configurable: true, enumerable: true, writable: true };

function inside(value: unknown, place: Place): Place {
  if (typeof value !== 'object' || value === null) return place;
  if (place.parents.includes(value) || place.parents.length > MAX_DEPTH) throw new NotData();
  return { ...place, parents: [...place.parents, value] };
}

function noteMethods(value: object, { path, methods }: Place): void {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (Array.isArray(value) || prototype === null || prototype === Object.prototype) return;
  // An instance without own members keeps its state where it cannot be read.
  if (Object.keys(value).length === 0) throw new NotData();
  const names = methodsOf(prototype);
  if (names.length > 0) methods[path] = names;
}

/** Handles, and collections that JSON would empty. */
function isLive(value: object): boolean {
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value) || value instanceof Error) return true;
  const { then, on, pipe } = value as { then?: unknown; on?: unknown; pipe?: unknown };
  return [then, on, pipe].some((member) => typeof member === 'function');
}

/** Names of methods end in `()`, those of accessors do not. */
function methodsOf(prototype: object): string[] {
  const names: string[] = [];
  for (
    let level: object | null = prototype;
    level && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (ASKED_OF_ALL.has(name) || (typeof value !== 'function' && !get)) continue;
      names.push(get ? name : `${name}()`);
    }
  }
  return [...new Set(names)];
}
