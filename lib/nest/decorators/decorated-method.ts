import { namedBySymbol, notAMethod } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

/** What a decorator of methods is called with. */
export interface Decorated {
  target: object;
  key: string | symbol;
  descriptor: TypedPropertyDescriptor<never> | undefined;
}

/**
 * The method that a decorator stands on.
 * @param decorator - as messages call it, such as `@Durable()`
 * @param kind - `mayBeStatic`: of a method that only user code calls; it may have a symbol for its name, too
 * @throws {DurableConfigurationError} when that is no method, or no method of instances, or one that nobody finds
 */
export function decoratedMethod<M extends (...args: never[]) => unknown>(
  decorator: string,
  { target, key, descriptor }: Decorated,
  { mayBeStatic = false } = {},
): M {
  const isStatic = typeof target === 'function';
  const method: unknown = descriptor?.value;
  const host = isStatic ? target : target?.constructor;
  // Those are looked for in the classes of the application, and Nest lists names that are text.
  if (!mayBeStatic && typeof key === 'symbol') {
    throw new DurableConfigurationError(namedBySymbol(decorator, host?.name ?? '', key));
  }
  if (typeof method === 'function' && (mayBeStatic || !isStatic)) return method as M;
  const place = [host?.name, typeof key === 'object' || key === undefined ? undefined : String(key)]
    .filter(Boolean)
    .join('.');
  throw new DurableConfigurationError(notAMethod(decorator, place, mayBeStatic));
}
