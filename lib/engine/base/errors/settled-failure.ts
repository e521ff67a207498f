import { memberOf } from '../../../wire/thrown.js';

/** The verdict about an error when its operation failed. */
export interface TakenVerdict {
  readonly rule: string;
  readonly verdict: string;
}

/** Under this key an error of a failed operation is marked; the rules check it too. */
const SETTLED = Symbol.for('nestjs-durable-execution/settled-failure');

/** Marks the error of a failed operation: its retries are spent, and outer operations must not classify it again. */
export function markSettled(error: Error, taken: Partial<TakenVerdict>): void {
  Object.defineProperty(error, SETTLED, { value: taken, configurable: true });
}

/** The verdict of a marked error; empty if there was none. Absent for an unmarked error. */
export function takenVerdictOf(error: unknown): Partial<TakenVerdict> | undefined {
  const taken = memberOf(error, SETTLED);
  return typeof taken === 'object' && taken !== null ? taken : undefined;
}
