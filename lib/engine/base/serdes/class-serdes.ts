import { toJson } from './json.js';
import type { Serdes } from './serdes.js';

/**
 * Keeps the class of a value: what is persisted is its JSON, and what comes back is a new instance with those members.
 *
 * Private (`#`) members, accessors and the classes of nested objects are not kept.
 *
 * @param cls - its constructor takes no arguments, and runs each time a value comes back
 * @example
 * const user = await context.step('load', () => users.load(id), { serdes: createClassSerdes(User) });
 */
export function createClassSerdes<T extends object>(cls: new () => T): Serdes<T> {
  return {
    serialize: async (value) => toJson(value),
    deserialize: async (text) => {
      const members: unknown = text === undefined ? undefined : JSON.parse(text);
      return isObject(members) ? Object.assign(new cls(), members) : (members as T | undefined);
    },
  };
}

/**
 * The same, with moments in time as `Date` again.
 *
 * @param dateProps - paths of members that are dates, such as `metadata.createdAt`; one that is absent or null stays so
 */
export function createClassSerdesWithDates<T extends object>(cls: new () => T, dateProps: string[]): Serdes<T> {
  const { serialize, deserialize } = createClassSerdes(cls);
  const paths = dateProps.map((path) => path.split('.'));
  return {
    serialize,
    deserialize: async (text, context) => {
      const value = await deserialize(text, context);
      for (const path of paths) reviveDate(value, path);
      return value;
    },
  };
}

function reviveDate(value: unknown, [member = '', ...rest]: readonly string[]): void {
  if (!isObject(value)) return;
  const found = value[member];
  if (rest.length > 0) reviveDate(found, rest);
  else if (typeof found === 'string' || typeof found === 'number') value[member] = new Date(found);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
