import type { ErrorFacts, ErrorKnowledge } from '../../engine/base/errors/error-knowledge.js';
import type { ErrorRule } from '../../rules/error-rule.js';
import type { ErrorExplanation } from '../../rules/verdict.js';

/** What is known of errors in executions of one handler: its own rules come before those of the application. */
export class HandlerKnowledge implements ErrorKnowledge {
  /** The combined lists of rules by the lists of steps, so that each is combined once. */
  readonly #ofSteps = new WeakMap<readonly ErrorRule[], readonly ErrorRule[]>();

  constructor(
    private readonly known: ErrorKnowledge,
    private readonly rules: readonly ErrorRule[],
  ) {}

  describe(error: object): ErrorFacts {
    return this.known.describe(error);
  }

  redact(text: string): string {
    return this.known.redact?.(text) ?? text;
  }

  check(rules: readonly ErrorRule[]): void {
    this.known.check?.(rules);
  }

  explain(error: unknown, rules?: readonly ErrorRule[], now?: () => number): ErrorExplanation {
    return this.known.explain(error, rules ? this.#before(rules) : this.rules, now);
  }

  #before(rules: readonly ErrorRule[]): readonly ErrorRule[] {
    const known = this.#ofSteps.get(rules) ?? [...rules, ...this.rules];
    this.#ofSteps.set(rules, known);
    return known;
  }
}
