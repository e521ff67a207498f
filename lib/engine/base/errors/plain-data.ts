import { memberOf } from '../../../wire/thrown.js';

/** What passes through JSON unharmed. */
export type PlainData = string | number | boolean | null | readonly PlainData[] | PlainRecord;
export interface PlainRecord {
  readonly [name: string]: PlainData;
}

/** Levels of objects within objects. */
const MOST_LEVELS = 5;
/** Members of one object, items of one list. */
const MOST_MEMBERS = 100;
/** Characters of one text. */
const LONGEST_TEXT = 8000;

/** Members that no record may hold, wherever they stand. */
const SECRET = /passw(or)?d|passphrase|secret|token|authorization|api_?key|cookie|credential|private_?key/i;

/** What hangs on errors of HTTP clients: settings, headers, sockets. Numbers and texts of these names may stay. */
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

/** Absent for what JSON has no word for, and for what is no data but an object of some class. */
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
