import type { ErrorLink } from './error-link.js';
import { asMany, type ErrorRule } from './error-rule.js';
import { statusOf } from './http-facts.js';

/** Whether an error of the chain meets the conditions of a rule, except `rule`, which is checked elsewhere. */
export function matchesLink(rule: ErrorRule, link: ErrorLink): boolean {
  const { type, name, code, status, when } = rule;
  return (
    (type === undefined || asMany(type).some((one) => isInstance(link.value, one))) &&
    (name === undefined || asMany(name).some((one) => fits(link.name, one))) &&
    (code === undefined || asMany(code).some((one) => fits(link.get('code'), one))) &&
    (status === undefined || asMany(status).some((one) => isOfStatus(statusOf(link), one))) &&
    (when === undefined || holds(when, link.value))
  );
}

/** The conditions of a rule, for a rule without an id. */
export function describeRule({ id, type, name, code, status, when, rule }: ErrorRule): string {
  if (id !== undefined) return id;
  const parts = [
    ...(type === undefined ? [] : asMany(type).map((one) => one.name)),
    ...[name, code, status, rule].flatMap((one) => (one === undefined ? [] : asMany<unknown>(one).map(String))),
    ...(when === undefined ? [] : [when.name || 'when']),
  ];
  return parts.join(' ');
}

function isInstance(value: unknown, type: NonNullable<ErrorRule['type']>): boolean {
  try {
    return value instanceof (type as abstract new () => unknown);
  } catch {
    return false;
  }
}

function fits(value: unknown, wanted: string | number | RegExp): boolean {
  if (wanted instanceof RegExp) {
    return (typeof value === 'string' || typeof value === 'number') && String(value).search(wanted) >= 0;
  }
  return value === wanted;
}

function isOfStatus(status: number | undefined, wanted: number | string): boolean {
  if (status === undefined) return false;
  return typeof wanted === 'number' ? status === wanted : Math.floor(status / 100) === Number(wanted[0]);
}

function holds(when: (error: unknown) => boolean, value: unknown): boolean {
  try {
    const answer: unknown = when(value);
    // It never matches, and nothing else handles its rejection, which would end the process.
    if (answer instanceof Promise) answer.catch(() => undefined);
    return answer === true;
  } catch {
    return false;
  }
}
