import { memberOf } from '../../../wire/thrown.js';

/** The verdict that was taken of an error when its operation failed. */
export interface TakenVerdict {
  readonly rule: string;
  readonly verdict: string;
}

/** Under this key an error that came out of an operation says so; the rules look for it too. */
const SETTLED = Symbol.for('nestjs-durable-execution/settled-failure');

/** Marks an error that an operation has failed with: its retries are spent, and nothing around it need judge it again. */
export function markSettled(error: Error, taken: Partial<TakenVerdict>): void {
  Object.defineProperty(error, SETTLED, { value: taken, configurable: true });
}

/** The verdict that was taken; without members where there was none. Absent for an error of no operation. */
export function takenVerdictOf(error: unknown): Partial<TakenVerdict> | undefined {
  const taken = memberOf(error, SETTLED);
  return typeof taken === 'object' && taken !== null ? taken : undefined;
}
