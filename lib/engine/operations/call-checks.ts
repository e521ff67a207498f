import { ConfigValidationError } from '../base/errors/context-errors.js';
import { shown } from '../base/errors/shown.js';
import { handled } from '../base/handled.js';
import { isPromise, isSettingsObject } from '../base/settings-object.js';

/*
 * Wrong arguments of a call are reported when its operation would start: nothing is recorded of it then, and no retry
 * could fix it. A recorded operation has passed these checks, or those of an earlier version.
 */

/** What was called. Its label is read only for a message, because it is written at each reading. */
export interface Labelled {
  readonly label: string;
}

/** @throws {ConfigValidationError} unless it is a function. @param role - such as `a function to run` */
export function assertFunction(given: unknown, called: Labelled, role: string): void {
  if (typeof given === 'function') return;
  throw new ConfigValidationError(`${called.label} needs ${role}, but received ${shown(given)}.${remedyFor(given)}`);
}

/** A call in place of a function has already begun, outside of the operation. */
export function remedyFor(given: unknown): string {
  return isPromise(given) ? ' Write () => before the call.' : '';
}

/** @throws {ConfigValidationError} for a promise in place of a value, which would be saved as `{}` */
export function assertNoPromise(value: unknown, called: Labelled, role: string): void {
  if (!isPromise(value)) return;
  leavePromise(value);
  throw new ConfigValidationError(`The ${role} of ${called.label} is a promise. Await it before the call.`);
}

/** Handles the rejection of a promise that was given in place of something else: nothing else will. */
export function leavePromise(given: unknown): void {
  if (given instanceof Promise) void handled(given);
}

/** The check of a configuration member, if it is set. */
export interface MemberCheck {
  readonly member: string;
  isRight(value: unknown): boolean;
  readonly right: string;
}

/** @throws {ConfigValidationError} when a configuration is not an object, or one of its members is wrong */
export function assertConfig(config: unknown, called: Labelled, checks: readonly MemberCheck[]): void {
  if (config === undefined || config === null) return;
  if (!isSettingsObject(config)) {
    throw new ConfigValidationError(`${called.label} was given ${shown(config)} as configuration. Give an object.`);
  }
  for (let at = 0; at < checks.length; at += 1) {
    const { member, isRight, right } = checks[at]!;
    const value = (config as Record<string, unknown>)[member];
    if (value === undefined || value === null || isRight(value)) continue;
    throw new ConfigValidationError(`The ${member} of ${called.label} is ${shown(value)}. Give ${right}.`);
  }
}

/** A member that holds further settings. */
export function anObject(member: string): MemberCheck {
  return { member, isRight: isSettingsObject, right: 'an object' };
}

export function aBoolean(member: string): MemberCheck {
  return { member, isRight: (value) => typeof value === 'boolean', right: 'true or false' };
}

export function aFunction(member: string): MemberCheck {
  return { member, isRight: isFunction, right: 'a function' };
}

/** @param methods - the methods that are called */
export function aSerdes(member: string, ...methods: ReadonlyArray<'serialize' | 'deserialize'>): MemberCheck {
  const isRight = (value: unknown) => methods.every((method) => isFunction((value as Record<string, unknown>)[method]));
  return { member, isRight, right: `an object with ${methods.join(' and ')}` };
}

export function oneOf(member: string, words: object): MemberCheck {
  const allowed: unknown[] = Object.values(words);
  return { member, isRight: (value) => allowed.includes(value), right: `one of ${allowed.join(', ')}` };
}

/** The service refuses any other with a permanent 400. */
export function isSubType(value: unknown): boolean {
  return typeof value === 'string' && /^[\w-]{1,32}$/.test(value);
}

export const aSubType: MemberCheck = {
  member: 'subType',
  isRight: isSubType,
  right: '1 to 32 letters, digits, hyphens and underscores',
};

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
