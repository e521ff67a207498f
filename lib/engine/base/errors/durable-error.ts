import { ConfigValidationError } from './context-errors.js';
import { codecNamed, registerErrorCodec } from './error-codec.js';
import { plainMembers, type PlainRecord } from './plain-data.js';
import { setMember } from './set-member.js';

export interface DurableErrorOptions<E extends Error> {
  /**
   * The members to record beside name and message, as plain data. @defaultValue the error's own members, without
   * functions, objects of other classes, and members with names of secrets
   */
  save?: (error: E) => Readonly<Record<string, unknown>>;
  /**
   * Rebuilds the error from its record, synchronously. If it throws or returns no error, code catches a plain `Error`
   * with the recorded name, message and members. @defaultValue an error of the class with these members, created without
   * its constructor: private `#fields` are missing then
   */
  restore?: (saved: PlainRecord, message: string) => E;
}

type ErrorConstructor<E extends Error> = new (...args: never[]) => E;

/** Under this key a class has its registered name; subclasses inherit it unless they have their own. */
const DURABLE_NAME = Symbol.for('nestjs-durable-execution/durable-error');

const LONGEST_NAME = 100;

/**
 * Makes errors of a class survive replay: code that catches one from a step, a condition or a child context sees this
 * class with the same members, on the first run and on every replay.
 *
 * Persisted: the name as `ErrorType`, the message, and the members, as JSON text in `ErrorData`. The class must be
 * loaded wherever the execution may replay. Names are looked up among the registered ones, never evaluated.
 *
 * @param name - recorded instead of the name of the class, which minifiers change
 * @throws {ConfigValidationError} when another class has the name
 * @example
 * ```ts
 * @DurableError('OutOfStock')
 * export class OutOfStock extends Error {
 *   constructor(readonly sku: string) {
 *     super(`There is no ${sku} left.`);
 *   }
 * }
 * ```
 */
export function DurableError<E extends Error = Error>(name: string, options: DurableErrorOptions<E> = {}) {
  checkName(name);
  return <C extends ErrorConstructor<E>>(target: C): void => {
    assertFree(name, target);
    Object.defineProperty(target.prototype, DURABLE_NAME, { value: name, configurable: true });
    registerErrorCodec<E>({
      name,
      fits: (error) => (error as { [DURABLE_NAME]?: unknown })[DURABLE_NAME] === name,
      save: (error) => (options.save ? plainMembers(options.save(error)) : ownMembers(error)),
      restore: options.restore ?? ((saved, message) => revived(target, saved, message)),
    });
    classes.set(name, target);
  };
}

const CLASSES = Symbol.for('nestjs-durable-execution/durable-error-classes');
const classes = ((globalThis as { [CLASSES]?: Map<string, unknown> })[CLASSES] ??= new Map());

function checkName(name: unknown): void {
  if (typeof name === 'string' && name.trim() !== '' && name.length <= LONGEST_NAME) return;
  throw new ConfigValidationError(
    `@DurableError() was given ${JSON.stringify(name)}. Give the name to record, of 1 to ${LONGEST_NAME} characters.`,
  );
}

/**
 * A class may be registered again when its module is loaded again; two classes with one name could not be told apart.
 */
function assertFree(name: string, target: { readonly name: string }): void {
  const holder = classes.get(name) as typeof target | undefined;
  if (holder === undefined && codecNamed(name) === undefined) return;
  if (holder === target || holder?.name === target.name) return;
  throw new ConfigValidationError(
    `Two error classes are registered as "${name}": ${holder?.name ?? 'one of this package'} and ${target.name}. Give one of ` +
      'them another name.',
  );
}

/** Includes `name` if the class sets it. */
function ownMembers(error: Error): PlainRecord {
  const names = Object.keys(error).filter((name) => !['message', 'stack', 'cause'].includes(name));
  // An HttpException of the application keeps its response here; for other errors it is what an HTTP client has
  // received.
  const answers = typeof (error as { getResponse?: unknown }).getResponse === 'function';
  return plainMembers(error, answers ? names : names.filter((name) => name !== 'response'));
}

/** Does not call the constructor, whose parameters are unknown. */
function revived<E extends Error>({ prototype }: ErrorConstructor<E>, saved: PlainRecord, message: string): E {
  const error = Object.setPrototypeOf(new Error(message), prototype as object) as E;
  for (const [name, value] of Object.entries(saved)) setMember(error, name, value);
  return error;
}
