import type { ErrorDecision } from './verdict.js';

type OneOrMany<T> = T | readonly T[];

/** Any class, abstract ones included. */
export type ErrorClass = abstract new (...parts: never[]) => unknown;

/** A class of statuses, such as `4xx`. */
export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/**
 * Says what follows an error. Of everything that a rule names, one and the same error of the chain has to match: the error
 * itself, its `cause`, or what a library wraps in other places. Rules are asked in their order; the first that matches
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
  /** How explanations and log records name it. @defaultValue made of what the rule looks for */
  id?: string;
  /** Classes by `instanceof`. */
  type?: OneOrMany<ErrorClass>;
  /** What `error.name` is; minifiers change the names of classes that do not set it. */
  name?: OneOrMany<string | RegExp>;
  /** What `error.code` is. */
  code?: OneOrMany<string | number | RegExp>;
  /** The HTTP status, wherever the library keeps it. */
  status?: OneOrMany<number | StatusClass>;
  /** Asked with each error of the chain; one that throws does not match. */
  when?: (error: unknown) => boolean;
  /** Ids of built-in rules, `*` at the end for a family: matches what the built-in table would decide by them. */
  rule?: OneOrMany<string>;
  /** `ask-strategy` leaves the error to the retry strategy alone, as if nothing were known of it. */
  decide: ErrorDecision | 'ask-strategy';
  /** Seconds to wait at least before the next attempt. @defaultValue what the error says itself, such as Retry-After */
  retryAfterSeconds?: number;
  /** Attempts in all, the first included, if the retry strategy allows more. @defaultValue no further bound */
  maxAttempts?: number;
}

export function asMany<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
