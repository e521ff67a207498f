import { isObject } from '../../../wire/read-records.js';
import { memberOf } from '../../../wire/thrown.js';

/** Describes what is wrong with a value, in words that follow its key; `undefined` when nothing is. */
export type Check = (value: unknown, key: string) => string | undefined;

/** Accepts an absent value; the other check decides about all others. */
export function optional(check: Check): Check {
  return (value, key) => (value === undefined ? undefined : check(value, key));
}

export function text(pattern = /./s, description = 'a text that is not empty'): Check {
  return (value, key) =>
    typeof value === 'string' && pattern.test(value) ? undefined : mustBe(key, description, value);
}

export const flag: Check = (value, key) =>
  typeof value === 'boolean' ? undefined : mustBe(key, 'true or false', value);

export function wholeNumber(min: number, max: number): Check {
  return (value, key) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : mustBe(key, `a whole number from ${min} to ${max}`, value);
}

export const positiveNumber: Check = (value, key) =>
  Number.isFinite(value) && Number(value) > 0 ? undefined : mustBe(key, 'a number greater than 0', value);

/** `Infinity`: without limit. */
export const limit: Check = (value, key) => (value === Infinity ? undefined : positiveNumber(value, key));

export const amount: Check = (value, key) =>
  typeof value === 'number' && value >= 0 ? undefined : mustBe(key, 'a number of at least 0', value);

export const callable: Check = (value, key) =>
  typeof value === 'function' ? undefined : mustBe(key, 'a function', value);

/** Accepts an object that has these methods, and may have more. */
export function having(...methods: string[]): Check {
  return (value, key) => {
    const missing = methods.find((method) => typeof memberOf(value, method) !== 'function');
    return missing === undefined ? undefined : `${key} must be an object with a method ${missing}()`;
  };
}

/** Accepts an array whose items pass a check. */
export function list(check: Check): Check {
  return (value, key) => {
    if (!Array.isArray(value)) return mustBe(key, 'an array', value);
    return firstProblem(value.map((item: unknown, at) => () => check(item, `${key}[${at}]`)));
  };
}

/** Accepts an object with these keys and no others. */
export function object(checks: Readonly<Record<string, Check>>): Check {
  return (value, key) => {
    if (!isObject(value)) return mustBe(key, 'an object', value);
    const unknownKey = Object.keys(value).find((member) => !Object.hasOwn(checks, member));
    if (unknownKey !== undefined) {
      return `${join(key, unknownKey)} is not a known key; known are ${Object.keys(checks).join(', ')}`;
    }
    return firstProblem(
      Object.entries(checks).map(
        ([member, check]) =>
          () =>
            check(value[member], join(key, member)),
      ),
    );
  };
}

/** Accepts an object whose keys pass one check, and whose values pass another. */
export function record(checkKey: Check, checkValue: Check): Check {
  return (value, key) => {
    if (!isObject(value)) return mustBe(key, 'an object', value);
    return firstProblem(
      Object.entries(value).map(
        ([member, content]) =>
          () =>
            checkKey(member, `the name in ${key}`) ?? checkValue(content, join(key, member)),
      ),
    );
  };
}

/** Accepts what the first check accepts; otherwise reports the problem of the second. */
export function either(first: Check, second: Check): Check {
  return (value, key) => (first(value, key) === undefined ? undefined : second(value, key));
}

function firstProblem(checks: (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function mustBe(key: string, description: string, value: unknown): string {
  if (key === '') return `the config must be ${description}, not ${told(value)}`;
  return value === undefined
    ? `${key} is missing; it must be ${description}`
    : `${key} must be ${description}, not ${told(value)}`;
}

/** Of what JSON cannot express, such as an object in itself, only the type is told. */
function told(value: unknown): string {
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}

function join(key: string, member: string): string {
  return key === '' ? member : `${key}.${member}`;
}
