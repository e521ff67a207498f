import type { BuiltInRule, ClassifyMember } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';
import type { Verdict } from '../verdict.js';

/** More members than this tell nothing new. */
const MAX_MEMBERS = 20;

/** Several concurrent errors, as `Promise.any` throws them. */
export const aggregateRules: readonly BuiltInRule[] = [
  {
    id: 'aggregate-ambiguous',
    verdict: 'ambiguous',
    when: 'AggregateError with a member that is ambiguous',
    matches: (error, classify) => verdictsOf(error, classify).includes('ambiguous'),
  },
  {
    id: 'aggregate-transient',
    verdict: 'transient',
    when: 'AggregateError with a member that is transient or unknown, and none that is ambiguous',
    matches: (error, classify) => verdictsOf(error, classify).some((verdict) => verdict !== 'permanent'),
  },
  {
    id: 'aggregate-permanent',
    verdict: 'permanent',
    when: 'AggregateError whose members are all permanent',
    matches: (error, classify) => verdictsOf(error, classify).length > 0,
  },
];

function verdictsOf(error: ErrorLink, classify: ClassifyMember): ReadonlyArray<Verdict | undefined> {
  return error.name === 'AggregateError' ? error.list('errors').slice(0, MAX_MEMBERS).map(classify) : [];
}
