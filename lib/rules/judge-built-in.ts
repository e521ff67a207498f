import type { BuiltInRule } from './built-in-rule.js';
import { BUILT_IN_PASSES } from './built-in/table.js';
import { chainOf } from './error-chain.js';
import type { ErrorLink } from './error-link.js';
import { isIdempotentRequest } from './http-facts.js';
import type { Verdict } from './verdict.js';

/** Depth to which members of aggregates are judged, since these may hold one another. */
const MAX_NESTING = 3;

export interface Judgement {
  readonly rule: BuiltInRule;
  readonly verdict: Verdict;
  readonly link: ErrorLink;
}

/** What the built-in table says of an error; undefined where no row matches. */
export function judgeBuiltIn(chain: readonly ErrorLink[], nesting = 0): Judgement | undefined {
  const judgeMember = (member: unknown) =>
    nesting < MAX_NESTING ? judgeBuiltIn(chainOf(member), nesting + 1)?.verdict : undefined;
  for (const pass of BUILT_IN_PASSES) {
    for (const link of chain) {
      const rule = pass.find(({ matches }) => matches(link, judgeMember));
      if (rule) return { rule, link, verdict: verdictOf(rule, chain) };
    }
  }
  return undefined;
}

/** A request that may be sent twice loses nothing by an unknown outcome. */
function verdictOf({ verdict }: BuiltInRule, chain: readonly ErrorLink[]): Verdict {
  if (verdict !== 'ambiguous') return verdict;
  const isIdempotent = chain.map(isIdempotentRequest).find((known) => known !== undefined);
  return isIdempotent ? 'transient' : verdict;
}
