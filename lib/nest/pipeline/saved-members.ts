import type { DataForm } from './data-form.js';

/** What guards have done to a request or to a member of it, as it is saved at admission. */
export interface SavedMembers {
  /** What they have added, as data. */
  data?: Record<string, DataForm>;
  /** The names of members that are not data: they stay as the guards have left them, and are never saved. */
  live?: string[];
  /** The names of what they have removed. */
  removed?: string[];
  /** The same for members that are objects, such as the headers. */
  within?: Record<string, SavedMembers>;
}

/** Without its empty parts; `undefined` if all of them are. */
export function withoutEmpty(saved: SavedMembers): SavedMembers | undefined {
  const filled = Object.entries<object>({ ...saved }).filter(([, members]) => Object.keys(members).length > 0);
  return filled.length > 0 ? Object.fromEntries(filled) : undefined;
}

/** What was removed, at any depth, without what was added. */
export function removalsOf({ removed = [], within = {} }: SavedMembers = {}): SavedMembers | undefined {
  const inside = Object.entries(within).flatMap(([name, saved]) => {
    const removals = removalsOf(saved);
    return removals ? [[name, removals] as const] : [];
  });
  return withoutEmpty({ removed, within: Object.fromEntries(inside) });
}
