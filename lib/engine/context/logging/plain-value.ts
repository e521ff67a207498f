import { errorMembers, isErrorLike } from './error-members.js';

/** Deeper levels of a logged value are cut. */
const MOST_LEVELS = 12;

/**
 * A value in a form that JSON can hold, including what JSON would lose or refuse: maps as objects or lists of entries,
 * sets as lists, errors with stack and causes, bigints as text, cycles cut. Never throws.
 */
export function plainValue(value: unknown): unknown {
  return plain(value, []);
}

function plain(value: unknown, above: readonly unknown[]): unknown {
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return `[Function: ${value.name || 'anonymous'}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[Circular]';
  if (above.length >= MOST_LEVELS) return '[Deeper]';
  try {
    return plainObject(value, [...above, value]);
  } catch (error) {
    return `[Unreadable: ${String(error)}]`;
  }
}

function plainObject(value: object, above: readonly unknown[]): unknown {
  const inside = (member: unknown): unknown => plain(member, above);
  if (isErrorLike(value)) return errorMembers(value);
  if (Array.isArray(value)) return value.map(inside);
  if (value instanceof Map) return plainMap(value, inside);
  if (value instanceof Set) return [...value].map(inside);
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return inside(toJSON.call(value));
  return Object.fromEntries(Object.keys(value).map((key) => [key, inside(memberOf(value, key))]));
}

function plainMap(map: ReadonlyMap<unknown, unknown>, inside: (member: unknown) => unknown): unknown {
  const entries = [...map].map(([key, member]) => [inside(key), inside(member)] as const);
  return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries) : entries;
}

function memberOf(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (error) {
    return `[Unreadable: ${String(error)}]`;
  }
}
