import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { methodNotSaved } from './execution.messages.js';
import { namesIn, walk, type Walk } from './data-walk.js';
import { fromParts } from './kept-forms.js';
import { isSecret } from './secret-names.js';

/** A value as data, with the methods that its objects had, and the forms of what JSON cannot hold. */
export interface DataForm extends Partial<Walk> {
  json: unknown;
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
    const found: Walk = { methods: {}, forms: {} };
    const json = throughJson(await withoutExcluded(walk(value, found)));
    const { methods, forms } = found;
    return { json, ...(isFilled(methods) && { methods }), ...(isFilled(forms) && { forms }) };
  } catch {
    // Something is no data, or cannot be read, such as behind a getter that throws.
    return undefined;
  }
}

/**
 * Restores a value, whose objects refuse the methods that they had: the handler learns it on day one, not on day three.
 */
export function fromDataForm({ json, methods = {}, forms = {} }: DataForm, name: string): unknown {
  const root: Bag = { [name]: structuredClone(json) };
  for (const [path, methodNames] of Object.entries(methods)) {
    const names = [name, ...namesIn(path)];
    const owner = at(root, names);
    if (isObject(owner)) refuseMethods(owner, methodNames, names);
  }
  const found = Object.entries(forms).map(([path, form]) => ({ names: [name, ...namesIn(path)], form }));
  // The innermost first: afterwards a path does not lead through a map or a set any more.
  for (const { names, form } of found.toSorted((one, other) => other.names.length - one.names.length)) {
    const holder = at(root, names.slice(0, -1));
    const last = names.at(-1)!;
    if (isObject(holder) && Object.hasOwn(holder, last)) holder[last] = fromParts(holder[last], form);
  }
  return root[name];
}

type Bag = Record<string, unknown>;

function at(root: Bag, names: readonly string[]): unknown {
  return names.reduce<unknown>((object, key) => (object as Bag | undefined)?.[key], root);
}

const isFilled = (record: object): boolean => Object.keys(record).length > 0;

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
