import { toJson } from './json.js';
import type { AnySerdes } from './serdes.js';

/** Plain JSON, the engine's default; `undefined` is stored as nothing. */
export const defaultSerdes: AnySerdes = {
  serialize: async (value: unknown) => toJson(value),
  deserialize: async (text) => (text === undefined ? undefined : (JSON.parse(text) as unknown)),
};
