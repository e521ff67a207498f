import { idFits, checkErrorRule } from './check-error-rule.js';
import { chainOf } from './error-chain.js';
import type { ErrorLink } from './error-link.js';
import { asMany, type ErrorRule } from './error-rule.js';
import { isDurableLink } from './built-in/durable.js';
import { classifyBuiltIn, type BuiltInMatch } from './classify-built-in.js';
import { describeRule, matchesLink } from './match-error-rule.js';
import { type Now, retryAfterSecondsOf } from './retry-after.js';
import { DECISION_OF, type ErrorExplanation, type Verdict } from './verdict.js';

const UNKNOWN: ErrorExplanation = {
  rule: 'unknown',
  verdict: 'unknown',
  when: 'No rule knows it',
  foundIn: 'error',
};

const systemNow: Now = () => Date.now();

/** The verdict that a declared decision implies. */
const VERDICT_OF: Readonly<Record<ErrorRule['decide'], Verdict | 'unknown'>> = {
  'retry-step': 'transient',
  'retry-invocation': 'transient',
  'retry-if-idempotent': 'ambiguous',
  'fail-step': 'permanent',
  'fail-execution': 'permanent',
  'ask-strategy': 'unknown',
};

/** Rules of the application, in their order, and then the built-in table. */
export class ErrorRules {
  readonly #rules: readonly ErrorRule[];

  /**
   * @param rules - of the application, in the order in which they are applied
   * @param outer - applied after them, such as those of the module after those of a method
   * @throws {TypeError} when a rule can never have its declared effect
   */
  constructor(rules: readonly ErrorRule[] = [], outer?: ErrorRules) {
    rules.forEach(checkErrorRule);
    this.#rules = outer ? [...rules, ...outer.#rules] : rules;
  }

  /**
   * Explains what follows an error, and by which rule.
   *
   * @param now - epoch milliseconds, against which dates of Retry-After are read
   */
  explain(error: unknown, now: Now = systemNow): ErrorExplanation {
    const chain = chainOf(error);
    const match = classifyBuiltIn(chain);
    const declared = this.#declared(chain, match);
    if (declared) return explainDeclared(declared, chain, now);
    return match ? explainBuiltIn(match, chain, now) : UNKNOWN;
  }

  #declared(chain: readonly ErrorLink[], match: BuiltInMatch | undefined): Declared | undefined {
    for (const rule of this.#rules) {
      const link = linksFor(rule, chain, match).find((one) => matchesLink(rule, one));
      if (link) return { rule, link };
    }
    return undefined;
  }
}

interface Declared {
  readonly rule: ErrorRule;
  readonly link: ErrorLink;
}

/**
 * The links that a rule checks. A rule looks through the error of a failed operation only if its decision ends
 * something: the retries of that operation are spent, and another run would repeat them all.
 */
function linksFor(
  { rule, decide }: ErrorRule,
  chain: readonly ErrorLink[],
  match: BuiltInMatch | undefined,
): readonly ErrorLink[] {
  if (rule !== undefined) {
    const isMeant = match !== undefined && asMany(rule).some((pattern) => idFits(match.rule.id, pattern));
    return isMeant ? [match.link] : [];
  }
  const operation = chain.findIndex(isDurableLink);
  const seesThrough = operation < 0 || decide === 'fail-execution' || decide === 'retry-invocation';
  return seesThrough ? chain : chain.slice(0, operation);
}

function explainDeclared({ rule, link }: Declared, chain: readonly ErrorLink[], now: Now): ErrorExplanation {
  const { decide, maxAttempts, retryAfterSeconds = retryAfterSecondsOf(chain, now) } = rule;
  return {
    rule: describeRule(rule),
    verdict: VERDICT_OF[decide],
    ...(decide !== 'ask-strategy' && { decision: decide }),
    isDeclared: true,
    when: 'A rule of the application',
    foundIn: link.path,
    ...waitOf(VERDICT_OF[decide], retryAfterSeconds),
    ...(maxAttempts !== undefined && { maxAttempts }),
  };
}

function explainBuiltIn(
  { rule, link, verdict }: BuiltInMatch,
  chain: readonly ErrorLink[],
  now: Now,
): ErrorExplanation {
  const { id, when, maxAttempts, asksStrategy } = rule;
  return {
    rule: id,
    verdict,
    ...(!asksStrategy && { decision: DECISION_OF[verdict] }),
    when,
    foundIn: link.path,
    ...waitOf(verdict, retryAfterSecondsOf(chain, now)),
    ...(maxAttempts !== undefined && { maxAttempts }),
  };
}

function waitOf(verdict: Verdict | 'unknown', retryAfterSeconds: number | undefined): Partial<ErrorExplanation> {
  return verdict === 'permanent' || retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
}
