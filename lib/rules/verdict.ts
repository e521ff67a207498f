/**
 * What is known of a failure, before the semantics of the step are considered.
 *
 * - `permanent`: the next attempt would get the same result.
 * - `transient`: nothing took effect, so another attempt costs nothing.
 * - `ambiguous`: the request may have taken effect; another attempt is safe only if the step is idempotent.
 */
export type Verdict = 'permanent' | 'transient' | 'ambiguous';

/**
 * What follows a failure.
 *
 * - `retry-step`: the step's retry strategy may allow a retry.
 * - `retry-if-idempotent`: the same for an idempotent step; any other step fails, and its outcome is unknown.
 * - `fail-step`: no further attempt; the step rejects, and its caller decides.
 * - `fail-execution`: the execution ends as FAILED, and no `catch` can prevent it.
 * - `retry-invocation`: this invocation ends, the attempt is not recorded, and the service invokes again.
 */
export type ErrorDecision = 'retry-step' | 'retry-if-idempotent' | 'fail-step' | 'fail-execution' | 'retry-invocation';

/** The decision of a rule about an error, and which rule it is. */
export interface ErrorExplanation {
  /** The id of the rule that decided; `unknown` if none matches. */
  readonly rule: string;
  readonly verdict: Verdict | 'unknown';
  /** What follows; absent if no rule matches or the rule says so: then the retry strategy alone decides. */
  readonly decision?: ErrorDecision;
  /** Whether the rule is declared by the application. */
  readonly isDeclared?: true;
  /** What the rule matches, as one clause. */
  readonly when: string;
  /** Where in the error it was found: `error`, `error.cause`, `error.driverError.cause`, … */
  readonly foundIn: string;
  /** The delay that the other side requested, in seconds, at most a day. */
  readonly retryAfterSeconds?: number;
  /** The total number of useful attempts, if even a transient failure of this kind rarely passes. */
  readonly maxAttempts?: number;
}

export const DECISION_OF: Readonly<Record<Verdict, ErrorDecision>> = {
  permanent: 'fail-step',
  transient: 'retry-step',
  ambiguous: 'retry-if-idempotent',
};
