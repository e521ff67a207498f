import type { BuiltInRule } from './built-in-rule.js';
import { BUILT_IN_PASSES } from './built-in/table.js';
import { chainOf } from './error-chain.js';
import type { ErrorLink } from './error-link.js';
import { isIdempotentRequest } from './http-facts.js';
import type { Verdict } from './verdict.js';

/** The maximum depth for members of aggregates, because aggregates may contain each other. */
const MAX_NESTING = 3;

export interface BuiltInMatch {
  readonly rule: BuiltInRule;
  readonly verdict: Verdict;
  readonly link: ErrorLink;
}

/** The verdict of the built-in table about an error; undefined if no row matches. */
export function classifyBuiltIn(chain: readonly ErrorLink[], nesting = 0): BuiltInMatch | undefined {
  const classifyMember = (member: unknown) =>
    nesting < MAX_NESTING ? classifyBuiltIn(chainOf(member), nesting + 1)?.verdict : undefined;
  for (const pass of BUILT_IN_PASSES) {
    for (const link of chain) {
      const rule = pass.find(({ matches }) => matches(link, classifyMember));
      if (rule) return { rule, link, verdict: verdictOf(rule, chain) };
    }
  }
  return undefined;
}

/** If a request may be sent twice, an unknown outcome does no harm. */
function verdictOf({ verdict }: BuiltInRule, chain: readonly ErrorLink[]): Verdict {
  if (verdict !== 'ambiguous') return verdict;
  const isIdempotent = chain.map(isIdempotentRequest).find((known) => known !== undefined);
  return isIdempotent ? 'transient' : verdict;
}
