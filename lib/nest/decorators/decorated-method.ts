import { generatorMethod, namedBySymbol, notAMethod, parenthesesMissing } from './decorators.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

/** The arguments of a method decorator. */
export interface Decorated {
  target: object;
  key: string | symbol;
  descriptor: TypedPropertyDescriptor<never> | undefined;
}

/**
 * The decorated method.
 * @param decorator - its name in messages, such as `@Durable()`
 * @param kind - `mayBeStatic`: only user code calls the method; it may also have a symbol as its name
 * @throws {DurableConfigurationError} when it does not decorate a method of instances that can be found by name
 */
export function decoratedMethod<M extends (...args: never[]) => unknown>(
  decorator: string,
  { target, key, descriptor }: Decorated,
  { mayBeStatic = false } = {},
): M {
  const isStatic = typeof target === 'function';
  const method: unknown = descriptor?.value;
  const host = isStatic ? target : target?.constructor;
  // The classes of the application are searched for these methods, and Nest lists only names that are text.
  if (!mayBeStatic && typeof key === 'symbol') {
    throw new DurableConfigurationError(namedBySymbol(decorator, host?.name ?? '', key));
  }
  const place = [host?.name, typeof key === 'object' || key === undefined ? undefined : String(key)]
    .filter(Boolean)
    .join('.');
  if (isGenerator(method)) throw new DurableConfigurationError(generatorMethod(decorator, place));
  if (typeof method === 'function' && (mayBeStatic || !isStatic)) return method as M;
  throw new DurableConfigurationError(notAMethod(decorator, place, mayBeStatic));
}

/** The place of a decorated member in the code, for messages. */
export function placeOfMember(target: object, key: string | symbol): string {
  return `${(typeof target === 'function' ? target : target.constructor).name}.${String(key)}`;
}

/** A call of it gives an iterator, and runs nothing of its body. */
function isGenerator(method: unknown): boolean {
  return /^\[object (?:Async)?GeneratorFunction\]$/.test(Object.prototype.toString.call(method));
}

/**
 * A decorator without parentheses is called with the class or its prototype in place of its options. What it returns
 * is called by nobody.
 *
 * @throws {DurableConfigurationError} for such a call
 */
export function assertParentheses(decorator: string, options: unknown): void {
  const isPrototype = typeof options === 'object' && options !== null && Object.hasOwn(options, 'constructor');
  if (!isPrototype && typeof options !== 'function') return;
  const { name } = isPrototype ? options.constructor : (options as () => void);
  throw new DurableConfigurationError(parenthesesMissing(decorator, name));
}
