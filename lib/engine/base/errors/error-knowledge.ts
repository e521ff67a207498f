import type { ErrorRule } from '../../../rules/error-rule.js';
import type { ErrorExplanation } from '../../../rules/verdict.js';
import type { PlainRecord } from './plain-data.js';

/** What may be kept of an error whose class nobody has registered. */
export interface ErrorFacts {
  /** Without the data that some libraries put into their messages. */
  readonly message: string;
  /** Such as a code, a status, the name of a constraint: nothing that a user has entered. */
  readonly members: PlainRecord;
}

/** What is known of the errors of other libraries. The engine does without it, as the official SDK does. */
export interface ErrorKnowledge {
  describe(error: object): ErrorFacts;
  /** Takes out of a text what may be recorded or logged nowhere. @defaultValue every text stays as it is */
  redact?(text: string): string;
  /** Refuses rules that can never do what they say. @throws {TypeError} that names the rule and the remedy */
  check?(rules: readonly ErrorRule[]): void;
  /**
   * Which rule decides, and what follows.
   *
   * @param rules - of the step, asked first
   * @param now - epoch milliseconds, against which dates of Retry-After are read. @defaultValue those of the machine
   */
  explain(error: unknown, rules?: readonly ErrorRule[], now?: () => number): ErrorExplanation;
}
