/**
 * What is known of a failure before anybody asks the step that met it.
 *
 * - `permanent`: the next attempt gets the same answer.
 * - `transient`: nothing took effect, so another attempt costs nothing.
 * - `ambiguous`: the request may have taken effect; another attempt is safe only where the step is idempotent.
 */
export type Verdict = 'permanent' | 'transient' | 'ambiguous';

/**
 * What follows a failure.
 *
 * - `retry-step`: the step's retry strategy may try again.
 * - `retry-if-idempotent`: the same for a step that is idempotent; otherwise it fails, and its outcome is unknown.
 * - `fail-step`: no further attempt; the step rejects, and the code around it decides.
 * - `fail-execution`: the execution ends as FAILED, past every `catch`.
 * - `retry-invocation`: this invocation ends, nothing is recorded of the attempt, and the service invokes again.
 */
export type ErrorDecision = 'retry-step' | 'retry-if-idempotent' | 'fail-step' | 'fail-execution' | 'retry-invocation';

/** What a rule says about an error, and which rule it is. */
export interface ErrorExplanation {
  /** The id of the rule that decided; `unknown` where none matches. */
  readonly rule: string;
  readonly verdict: Verdict | 'unknown';
  /** What follows; absent where no rule matches or the rule says so: the retry strategy alone decides then. */
  readonly decision?: ErrorDecision;
  /** Whether the rule is one of the application. */
  readonly isDeclared?: true;
  /** What the rule looks for, as one clause. */
  readonly when: string;
  /** Where in the error it was found: `error`, `error.cause`, `error.driverError.cause`, … */
  readonly foundIn: string;
  /** Seconds that the other side asked to be left alone, at most a day. */
  readonly retryAfterSeconds?: number;
  /** Attempts in all that make sense, where even a transient failure of this kind rarely passes. */
  readonly maxAttempts?: number;
}

export const DECISION_OF: Readonly<Record<Verdict, ErrorDecision>> = {
  permanent: 'fail-step',
  transient: 'retry-step',
  ambiguous: 'retry-if-idempotent',
};
