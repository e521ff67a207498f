import { ErrorLink } from './error-link.js';
import type { ErrorRule } from './error-rule.js';
import { ErrorRules } from './error-rules.js';
import { keptMembers } from './kept-members.js';
import { safeMessage } from './safe-message.js';
import type { ErrorExplanation } from './verdict.js';

/** What the engine needs to know about errors, with the rules of an application before the built-in ones. */
export class KnownErrors {
  readonly #rules: ErrorRules;
  readonly #ofSteps = new WeakMap<readonly ErrorRule[], ErrorRules>();

  /** @throws {TypeError} when a rule can never have its declared effect */
  constructor(rules: readonly ErrorRule[] = []) {
    this.#rules = new ErrorRules(rules);
  }

  /** What may be recorded of an error of an unregistered class. */
  describe(error: object): { message: string; members: ReturnType<typeof keptMembers> } {
    const link = new ErrorLink(error, 'error');
    return { message: safeMessage(link), members: keptMembers(link) };
  }

  /** @throws {TypeError} when a rule can never have its declared effect */
  check(rules: readonly ErrorRule[]): void {
    this.#of(rules);
  }

  /**
   * Returns the rule that decides, and the decision. @param rules - of the step, applied first @param now - epoch
   * milliseconds
   */
  explain(error: unknown, rules?: readonly ErrorRule[], now?: () => number): ErrorExplanation {
    return (rules ? this.#of(rules) : this.#rules).explain(error, now);
  }

  #of(rules: readonly ErrorRule[]): ErrorRules {
    const known = this.#ofSteps.get(rules) ?? new ErrorRules(rules, this.#rules);
    this.#ofSteps.set(rules, known);
    return known;
  }
}
