import { isSecret } from './secret-names.js';

/** Kinds of data that JSON has no form for. */
export type Form = 'bigint' | 'bytes' | 'map' | 'number' | 'set';

/** The form of a value that has one here: a bigint, bytes, which come back as a `Buffer`, a map, a set, or a number that is not finite. */
export function formOf(value: unknown): Form | undefined {
  switch (typeof value) {
    case 'bigint':
      return 'bigint';
    case 'number':
      return Number.isFinite(value) ? undefined : 'number';
    case 'object':
      return value === null ? undefined : formOfObject(value);
    default:
      return undefined;
  }
}

function formOfObject(value: object): Form | undefined {
  if (value instanceof Uint8Array) return 'bytes';
  // A class that extends one of them may have a state of its own.
  const { constructor } = value;
  if (constructor === Map) return 'map';
  return constructor === Set ? 'set' : undefined;
}

/** What JSON holds in place of a value: text, or a list of what is in it. Entries under secret names are left out. */
export function partsOf(value: unknown, form: Form): unknown {
  switch (form) {
    case 'bigint':
    case 'number':
      return String(value);
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'set':
      return [...(value as Set<unknown>)];
    case 'map':
      return [...(value as Map<unknown, unknown>)].filter(([key]) => typeof key !== 'string' || !isSecret(key));
    default:
      return form satisfies never;
  }
}

/** The value again; its parts unchanged where a library has given them another shape. */
export function fromParts(parts: unknown, form: Form): unknown {
  if (typeof parts === 'string') {
    if (form === 'bigint') return BigInt(parts);
    if (form === 'number') return Number(parts);
    if (form === 'bytes') return Buffer.from(parts, 'base64');
  }
  if (!Array.isArray(parts)) return parts;
  if (form === 'set') return new Set(parts);
  return form === 'map' ? new Map(parts as Array<[unknown, unknown]>) : parts;
}
