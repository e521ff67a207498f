import { namedBySymbol, notAMethod } from '../durable-execution.messages.js';
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
  if (typeof method === 'function' && (mayBeStatic || !isStatic)) return method as M;
  const place = [host?.name, typeof key === 'object' || key === undefined ? undefined : String(key)]
    .filter(Boolean)
    .join('.');
  throw new DurableConfigurationError(notAMethod(decorator, place, mayBeStatic));
}
