import type { ErrorRule } from './error-rule.js';
import { ErrorRules } from './error-rules.js';
import type { ErrorExplanation } from './verdict.js';

export interface ExplainOptions {
  /** Applied before the built-in table, in this order. */
  rules?: readonly ErrorRule[];
  /** Epoch milliseconds against which dates of Retry-After are read. @defaultValue now */
  nowMs?: number;
}

/**
 * Explains which rule decides about an error, and what follows. It loads no library, and copies nothing of the error.
 *
 * @param error - the thrown value
 * @throws {TypeError} when a given rule can never have its declared effect
 * @example
 * ```ts
 * explain(error); // { rule: 'postgres-rolled-back', verdict: 'transient', decision: 'retry-step', foundIn: 'error.cause', … }
 * ```
 */
export function explain(error: unknown, { rules, nowMs }: ExplainOptions = {}): ErrorExplanation {
  return new ErrorRules(rules).explain(error, nowMs === undefined ? undefined : () => nowMs);
}
