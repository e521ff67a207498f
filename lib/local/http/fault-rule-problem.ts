import { amount, object, optional, text, wholeNumber } from '../functions/config/config-checks.js';
import type { Check } from '../functions/config/config-checks.js';
import { FAULT_KINDS, type FaultRule } from './fault.js';
import { ApiName } from './router.js';

const count: Check = (value, key) =>
  value === Infinity ? undefined : wholeNumber(1, Number.MAX_SAFE_INTEGER)(value, key);

const share: Check = (value, key) => (Number(value) > 1 ? `${key} must be at most 1` : amount(value, key));

const check = object({
  kind: oneOf(FAULT_KINDS),
  message: optional(text(/^/, 'a text')),
  api: optional(oneOf(Object.values(ApiName))),
  execution: optional(text()),
  nth: optional(count),
  times: optional(count),
  share: optional(share),
  delayMs: optional(wholeNumber(0, 3_600_000)),
  afterSeconds: optional(amount),
  invisibleSeconds: optional(amount),
} satisfies Record<keyof FaultRule, Check>);

/** What is wrong with a rule, which would strike nothing, or other calls than it should. */
export function faultRuleProblem(rule: unknown): string | undefined {
  return check(rule, 'rule');
}

function oneOf(values: readonly string[]): Check {
  return text(new RegExp(`^(?:${values.join('|')})$`), `one of ${values.join(', ')}`);
}
