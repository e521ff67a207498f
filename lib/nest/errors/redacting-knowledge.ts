import type { ErrorFacts, ErrorKnowledge } from '../../engine/base/errors/error-knowledge.js';
import type { ErrorRule } from '../../rules/error-rule.js';
import type { ErrorExplanation } from '../../rules/verdict.js';

/** Removes secret parts from the text of errors. */
export type Redact = (text: string) => string;

const NOT_ASKED: ErrorExplanation = {
  rule: 'unknown',
  verdict: 'unknown',
  when: 'Rules are turned off',
  foundIn: 'error',
};

/** Replaces a text for which the redaction throws or returns no text: nothing is better than a secret. */
const FAILED = '[not redacted, so left out]';

/** Knowledge of errors whose texts an application redacts. */
export class RedactingKnowledge implements ErrorKnowledge {
  /** @param asksRules - whether rules apply as well */
  constructor(
    private readonly known: ErrorKnowledge,
    private readonly redactText: Redact,
    private readonly asksRules: boolean,
  ) {}

  redact(text: string): string {
    try {
      const redacted: unknown = this.redactText(text);
      if (typeof redacted === 'string') return redacted;
      if (redacted instanceof Promise) redacted.catch(() => undefined);
    } catch {
      // Then it is left out.
    }
    return FAILED;
  }

  describe(error: object): ErrorFacts {
    const { message, members } = this.known.describe(error);
    return { message: this.redact(message), members };
  }

  check(rules: readonly ErrorRule[]): void {
    this.known.check?.(rules);
  }

  explain(error: unknown, rules?: readonly ErrorRule[], now?: () => number): ErrorExplanation {
    return this.asksRules ? this.known.explain(error, rules, now) : NOT_ASKED;
  }
}
