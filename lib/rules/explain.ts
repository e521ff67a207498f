import type { ErrorRule } from './error-rule.js';
import { ErrorRules } from './error-rules.js';
import type { ErrorExplanation } from './verdict.js';

export interface ExplainOptions {
  /** Asked before the built-in table, in this order. */
  rules?: readonly ErrorRule[];
  /** Epoch milliseconds against which dates of Retry-After are read. @defaultValue now */
  nowMs?: number;
}

/**
 * Which rule decides about an error, and what follows; no library is loaded for it, and nothing of the error is copied.
 *
 * @param error - whatever was thrown
 * @throws {TypeError} when a given rule can never do what it says
 * @example
 * ```ts
 * explain(error); // { rule: 'postgres-rolled-back', verdict: 'transient', decision: 'retry-step', foundIn: 'error.cause', … }
 * ```
 */
export function explain(error: unknown, { rules, nowMs }: ExplainOptions = {}): ErrorExplanation {
  return new ErrorRules(rules).explain(error, nowMs === undefined ? undefined : () => nowMs);
}
