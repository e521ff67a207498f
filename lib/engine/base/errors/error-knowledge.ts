import type { ErrorRule } from '../../../rules/error-rule.js';
import type { ErrorExplanation } from '../../../rules/verdict.js';
import type { PlainRecord } from './plain-data.js';

/** What may be recorded of an error of an unregistered class. */
export interface ErrorFacts {
  /** Without the data that some libraries put into their messages. */
  readonly message: string;
  /** Such as a code, a status, the name of a constraint: nothing that a user has entered. */
  readonly members: PlainRecord;
}

/** Knowledge of the errors of other libraries. The engine works without it, as the official SDK does. */
export interface ErrorKnowledge {
  describe(error: object): ErrorFacts;
  /** Removes from a text what must not be recorded or logged. @defaultValue every text stays unchanged */
  redact?(text: string): string;
  /** Refuses rules that can never have their declared effect. @throws {TypeError} that names the rule and the remedy */
  check?(rules: readonly ErrorRule[]): void;
  /**
   * Returns the rule that decides, and the decision.
   *
   * @param rules - of the step, applied first
   * @param now - epoch milliseconds, against which dates of Retry-After are read. @defaultValue those of the machine
   */
  explain(error: unknown, rules?: readonly ErrorRule[], now?: () => number): ErrorExplanation;
}
