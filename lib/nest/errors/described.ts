import { shared } from '../../process-state.js';

/** What was thrown, by the errors in whose form it is recorded. Hooks are called by the copy of the module. */
const originals = shared('originals', () => new WeakMap<object, unknown>());

export function describes(description: Error, thrown: unknown): void {
  originals.set(description, originalOf(thrown));
}

/** What was thrown, for hooks; itself if it is recorded as it is. */
export function originalOf(error: unknown): unknown {
  return originals.get(error as object) ?? error;
}
