import { notAMethod } from '../durable-execution.messages.js';
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
 * @throws {DurableConfigurationError} when that is no method, or no method of instances
 */
export function decoratedMethod<M extends (...args: never[]) => unknown>(
  decorator: string,
  { target, key, descriptor }: Decorated,
  { mayBeStatic = false } = {},
): M {
  const isStatic = typeof target === 'function';
  const method: unknown = descriptor?.value;
  if (typeof method === 'function' && (mayBeStatic || !isStatic)) return method as M;
  const host = isStatic ? target : target?.constructor;
  const place = [host?.name, typeof key === 'object' || key === undefined ? undefined : String(key)]
    .filter(Boolean)
    .join('.');
  throw new DurableConfigurationError(notAMethod(decorator, place, mayBeStatic));
}
