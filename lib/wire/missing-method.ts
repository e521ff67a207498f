import { memberOf } from './thrown.js';

/** The calls of a `DurableExecutionClient`. */
export const DURABLE_API: readonly string[] = ['checkpoint', 'getExecutionState'];

/** The first of these methods that an object does not have; `undefined` if it has all. */
export function missingMethodOf(given: unknown, methods: readonly string[]): string | undefined {
  return methods.find((method) => typeof memberOf(given, method) !== 'function');
}
