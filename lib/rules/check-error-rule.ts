import { BUILT_IN_RULES } from './built-in/table.js';
import { asMany, type ErrorRule } from './error-rule.js';

const MATCHERS = ['type', 'name', 'code', 'status', 'when', 'rule'] as const;

const DECISIONS: Readonly<Record<ErrorRule['decide'], true>> = {
  'retry-step': true,
  'retry-if-idempotent': true,
  'fail-step': true,
  'fail-execution': true,
  'retry-invocation': true,
  'ask-strategy': true,
};

/**
 * Refuses a rule that can never have its declared effect.
 *
 * @throws {TypeError} that names the rule and the remedy
 */
export function checkErrorRule(rule: ErrorRule, index: number): void {
  const complaint = complaintOf(rule);
  if (complaint !== undefined) throw new TypeError(`errors[${index}]${rule?.id ? ` "${rule.id}"` : ''} ${complaint}`);
}

function complaintOf(rule: ErrorRule): string | undefined {
  if (typeof rule !== 'object' || rule === null)
    return 'is not a rule. Give an object with `decide` and what it matches.';
  const named = MATCHERS.filter((matcher) => rule[matcher] !== undefined);
  if (named.length === 0) return `matches nothing. Give at least one of ${MATCHERS.join(', ')}.`;
  if (!Object.hasOwn(DECISIONS, rule.decide)) {
    return `decides ${JSON.stringify(rule.decide)}. Give one of ${Object.keys(DECISIONS).join(', ')}.`;
  }
  return wrongMatcher(rule) ?? wrongNumber(rule);
}

function wrongMatcher({ type, when, status, rule }: ErrorRule): string | undefined {
  if (type !== undefined && !asMany(type).every((one) => typeof one === 'function'))
    return 'has a `type` that is not a class.';
  if (when !== undefined && typeof when !== 'function') return 'has a `when` that is not a function.';
  if (isAsync(when)) return 'has a `when` that is async, so it never matches. Return true or false.';
  const wrong = status === undefined ? undefined : asMany(status).find((one) => !isStatus(one));
  if (wrong !== undefined)
    return `names the status ${String(wrong)}. Give numbers from 100 to 599, or classes such as '4xx'.`;
  const unknown = rule === undefined ? undefined : asMany(rule).find((pattern) => !isKnown(pattern));
  if (unknown !== undefined)
    return `names the built-in rule "${unknown}", which does not exist. docs/errors.md lists them all.`;
  return undefined;
}

function wrongNumber({ maxAttempts, retryAfterSeconds }: ErrorRule): string | undefined {
  if (maxAttempts !== undefined && !(Number.isInteger(maxAttempts) && maxAttempts >= 1)) {
    return `has maxAttempts ${maxAttempts}. Give a whole number of at least 1.`;
  }
  if (retryAfterSeconds !== undefined && !(Number.isFinite(retryAfterSeconds) && retryAfterSeconds >= 0)) {
    return `has retryAfterSeconds ${retryAfterSeconds}. Give a number of seconds of at least 0.`;
  }
  return undefined;
}

/** Of any realm. */
function isAsync(given: unknown): boolean {
  return Object.prototype.toString.call(given) === '[object AsyncFunction]';
}

function isStatus(status: unknown): boolean {
  if (typeof status === 'number') return Number.isInteger(status) && status >= 100 && status <= 599;
  return typeof status === 'string' && /^[1-5]xx$/.test(status);
}

function isKnown(pattern: string): boolean {
  return BUILT_IN_RULES.some(({ id }) => idFits(id, pattern));
}

/** Whether a pattern matches an id: the id itself, or the beginning before a `*`. */
export function idFits(id: string, pattern: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
