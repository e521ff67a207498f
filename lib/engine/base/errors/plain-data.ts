import { memberOf } from '../../../wire/thrown.js';

/** Values that JSON preserves. */
export type PlainData = string | number | boolean | null | readonly PlainData[] | PlainRecord;
export interface PlainRecord {
  readonly [name: string]: PlainData;
}

/** Maximum levels of nested objects. */
const MOST_LEVELS = 5;
/** Maximum members of one object, or items of one list. */
const MOST_MEMBERS = 100;
/** Maximum characters of one text. */
const LONGEST_TEXT = 8000;

/** Names of members that must never be recorded, at any level. */
export const SECRET = /passw(or)?d|passphrase|secret|token|authorization|api_?key|cookie|credential|private_?key/i;

/** Members of HTTP clients' errors: settings, headers, sockets. Numbers and texts with these names may stay. */
const LIVE = new Set(['config', 'request', 'headers', 'agent', 'socket', 'client', 'connection', 'req', 'res']);

/** Plain copies of the members of an object, without secrets and live handles. */
export function plainMembers(holder: object, names: readonly string[] = Object.keys(holder)): PlainRecord {
  return recordOf(holder, names, 0) ?? {};
}

function recordOf(holder: object, names: readonly string[], level: number): PlainRecord | undefined {
  const entries: Array<[string, PlainData]> = [];
  for (const name of names.slice(0, MOST_MEMBERS)) {
    if (SECRET.test(name)) continue;
    const value = memberOf(holder, name);
    if (LIVE.has(name) && typeof value === 'object') continue;
    const plain = plainOf(value, level + 1);
    if (plain !== undefined) entries.push([name, plain]);
  }
  return Object.fromEntries(entries);
}

/** Absent for values that JSON cannot hold, and for objects of classes that are not data. */
function plainOf(value: unknown, level: number): PlainData | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : objectOf(value, level);
    default:
      return undefined;
  }
}

function objectOf(value: object, level: number): PlainData | undefined {
  if (level > MOST_LEVELS) return undefined;
  try {
    if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((item) => plainOf(item, level + 1) ?? null);
    if (value instanceof Date) return value.toJSON();
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype) return undefined;
    return recordOf(value, Object.keys(value), level);
  } catch {
    return undefined;
  }
}
