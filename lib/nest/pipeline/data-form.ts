import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { methodNotSaved } from '../execution.messages.js';

/** A value as data, and the methods that its objects had. */
export interface DataForm {
  json: unknown;
  /** Names of methods and accessors by the path of their object; the path of the value itself is empty. */
  methods?: Record<string, string[]>;
}

/** Members whose names say that they are secret; compared without case, hyphens and underscores. */
const SECRET =
  /passw|passphrase|passcode|pwd|secret(?!ar)|apikey|privatekey|sessionid|tokens?(?:hash|value)?$|jwt$|^bearer$|otp(?:code)?$|^cv[cv]2?$|credentials?$|^(?:proxy)?authorization$|^(?:set)?cookies?$/;

const MAX_DEPTH = 20;

/**
 * Members that `JSON.stringify`, `await` and string templates read from any object: refusing them would break
 * everything.
 */
const ASKED_OF_ALL = new Set(['constructor', 'then', 'toJSON', 'toLocaleString', 'toString', 'valueOf']);

export function isSecret(name: string): boolean {
  return SECRET.test(name.toLowerCase().replaceAll(/[-_]/g, ''));
}

/**
 * The data form of a value that guards have put on a request under a name: nothing that is secret by its name, and
 * nothing that `@Exclude()` of class-transformer hides.
 *
 * @returns `undefined` for a value that is not data, such as a handle or a function; `null` for a secret
 */
export async function dataFormOf(name: string, value: unknown): Promise<DataForm | null | undefined> {
  if (isSecret(name)) return null;
  try {
    const methods: Record<string, string[]> = {};
    if (!isData(value, { path: '', parents: [], methods })) return undefined;
    const json = throughJson(await withoutExcluded(value));
    return Object.keys(methods).length > 0 ? { json, methods } : { json };
  } catch {
    // What cannot be read, such as behind a getter that throws, is no data.
    return undefined;
  }
}

/**
 * Restores a value, whose objects refuse the methods that they had: the handler learns it on day one, not on day three.
 */
export function fromDataForm({ json, methods = {} }: DataForm, name: string): unknown {
  const value: unknown = structuredClone(json);
  for (const [path, names] of Object.entries(methods)) {
    const owner = path
      .split('/')
      .slice(1)
      .reduce<unknown>((object, key) => (object as Bag | undefined)?.[key], value);
    if (typeof owner === 'object' && owner !== null) refuseMethods(owner, names, [name, ...path.split('/').slice(1)]);
  }
  return value;
}

type Bag = Record<string, unknown>;

interface Place {
  path: string;
  parents: readonly object[];
  methods: Record<string, string[]>;
}

/**
 * Text, finite numbers, booleans, null, dates, and arrays, objects and instances of these that contain no functions.
 */
function isData(value: unknown, place: Place): boolean {
  if (typeof value !== 'object') return isPlainValue(value);
  if (value === null || value instanceof Date) return true;
  if (place.parents.includes(value) || place.parents.length > MAX_DEPTH || isLive(value)) return false;
  const { toJSON } = value as { toJSON?: unknown };
  const parents = [...place.parents, value];
  if (typeof toJSON === 'function') return isData(toJSON.call(value, ''), { ...place, parents });
  const members = Object.entries(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (!Array.isArray(value) && prototype !== null && prototype !== Object.prototype) {
    // An instance without own members keeps its state where it cannot be read.
    if (members.length === 0) return false;
    const names = methodsOf(prototype);
    if (names.length > 0) place.methods[place.path] = names;
  }
  return members.every(
    ([name, member]) => isSecret(name) || isData(member, { ...place, parents, path: `${place.path}/${name}` }),
  );
}

function isPlainValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === undefined || typeof value === 'string' || typeof value === 'boolean';
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

function refuseMethods(owner: object, names: readonly string[], path: readonly string[]): void {
  for (const text of names) {
    const name = text.replace('()', '');
    if (name in owner) continue;
    const refuse = (): never => {
      throw new DurableConfigurationError(methodNotSaved([...path, text].join('.')));
    };
    const member = text === name ? { get: refuse } : { value: refuse };
    Object.defineProperty(owner, name, { ...member, configurable: true, enumerable: false });
  }
}

/**
 * The plain form that class-transformer, if it is installed, creates of instances: without their `@Exclude()`d members.
 */
async function withoutExcluded(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null || value instanceof Date || 'toJSON' in value) return value;
  const transformer = await classTransformer();
  return transformer ? withOwnForms(transformer.instanceToPlain(value), value) : value;
}

/** Class-transformer breaks up objects that have their own JSON form, such as a database id. */
function withOwnForms(plain: unknown, original: unknown): unknown {
  if (!isObject(plain) || !isObject(original)) return plain;
  const { toJSON } = original;
  if (typeof toJSON === 'function') return toJSON.call(original, '') as unknown;
  for (const [name, member] of Object.entries(plain)) plain[name] = withOwnForms(member, original[name]);
  return plain;
}

function isObject(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null;
}

interface ClassTransformer {
  instanceToPlain(value: unknown): unknown;
}

let loading: Promise<ClassTransformer | undefined> | undefined;

/** Looked for once: where it is missing, that takes longer than all the rest. */
function classTransformer(): Promise<ClassTransformer | undefined> {
  return (loading ??= loadClassTransformer());
}

async function loadClassTransformer(): Promise<ClassTransformer | undefined> {
  try {
    const loaded = (await import('class-transformer')) as Partial<ClassTransformer> & { default?: ClassTransformer };
    return loaded.instanceToPlain ? (loaded as ClassTransformer) : loaded.default;
  } catch {
    return undefined;
  }
}

function throughJson(value: unknown): unknown {
  const text = JSON.stringify(value, (name, member: unknown) => (isSecret(name) ? undefined : member));
  return JSON.parse(text);
}
