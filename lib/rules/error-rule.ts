import type { ErrorDecision } from './verdict.js';

type OneOrMany<T> = T | readonly T[];

/** Any class, abstract ones included. */
export type ErrorClass = abstract new (...parts: never[]) => unknown;

/** A class of statuses, such as `4xx`. */
export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/**
 * Decides what follows an error. All conditions of a rule must match one and the same error of the chain: the error
 * itself, its `cause`, or an error that a library wraps elsewhere. Rules are applied in their order; the first match
 * decides.
 *
 * @example
 * ```ts
 * const errors: ErrorRule[] = [
 *   { type: OutOfStock, decide: 'fail-step' },
 *   { name: 'LedgerError', code: 'PERIOD_CLOSED', decide: 'fail-execution' },
 *   { status: [409], when: (error) => isOurGateway(error), decide: 'retry-step', retryAfterSeconds: 5 },
 *   { rule: 'postgres-*', decide: 'ask-strategy' },
 * ];
 * ```
 */
export interface ErrorRule {
  /** Its name in explanations and log records. @defaultValue derived from the conditions of the rule */
  id?: string;
  /** Classes by `instanceof`. */
  type?: OneOrMany<ErrorClass>;
  /** Compared with `error.name`; minifiers change the names of classes that do not set it. */
  name?: OneOrMany<string | RegExp>;
  /** Compared with `error.code`. */
  code?: OneOrMany<string | number | RegExp>;
  /** The HTTP status, wherever the library keeps it. */
  status?: OneOrMany<number | StatusClass>;
  /** Called with each error of the chain; if it throws, it does not match. */
  when?: (error: unknown) => boolean;
  /** Ids of built-in rules, `*` at the end for a family: matches errors for which one of them would decide. */
  rule?: OneOrMany<string>;
  /** `ask-strategy` leaves the error to the retry strategy alone, as if no rule matched. */
  decide: ErrorDecision | 'ask-strategy';
  /** The minimum seconds before the next attempt. @defaultValue what the error itself says, such as Retry-After */
  retryAfterSeconds?: number;
  /**
   * The total number of attempts, the first included, if the retry strategy allows more. @defaultValue no further limit
   */
  maxAttempts?: number;
}

export function asMany<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
