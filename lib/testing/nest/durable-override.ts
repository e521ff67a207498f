import type { Type } from '@nestjs/common';
import type { HandlerMethod } from '../../nest/discovery/discovered-handler.js';
import { operationMarkOf } from '../../nest/discovery/method-marks.js';
import { durableFormOf } from '../../nest/decorators/ambient-operation.js';
import type { DurableForm } from '../../nest/decorators/durable-form.js';

type AnyFunction = (...args: never[]) => Promise<unknown>;

/**
 * The methods of a class that are durable operations, each with a function that makes another method durable in the
 * same way.
 */
function durableMethodsOf(host: unknown): ReadonlyMap<string, DurableForm> {
  const found = new Map<string, DurableForm>();
  for (
    let prototype = prototypeOf(host);
    prototype && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
      const makeDurable = typeof method === 'function' ? durableFormOf(method) : undefined;
      if (makeDurable && !found.has(name)) found.set(name, makeDurable);
      else if (typeof method === 'function' && name !== 'constructor' && !makeDurable)
        refuseHidden(method as never, prototype, name);
    }
  }
  return found;
}

/** A decorator above `@Step()` that wraps the method: what takes its place could not be made durable. @throws {Error} then */
function refuseHidden(method: HandlerMethod, prototype: object, name: string): void {
  const decorator = operationMarkOf(method, prototype, name);
  if (decorator === undefined) return;
  const place = `${prototype.constructor.name}.${name}`;
  throw new Error(
    `${place}: another decorator above ${decorator} hides it, so a method in its place would not be durable. ` +
      `Put ${decorator} above the other decorator, or stub the step by its name.`,
  );
}

function prototypeOf(host: unknown): object | null {
  return typeof host === 'function' ? ((host as Type).prototype as object | null) : null;
}

/**
 * A replacement keeps the provider's `@Step()`s and `@ChildContext()`s: a method of the same name runs as the same
 * operation, also if it is replaced later, for example by a spy.
 */
export function durableValue(host: unknown, value: unknown): unknown {
  const durable = durableMethodsOf(host);
  if (durable.size === 0 || typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const member = Reflect.get(target, key, receiver) as unknown;
      const makeDurable = typeof key === 'string' && typeof member === 'function' ? durable.get(key) : undefined;
      if (!makeDurable || durableFormOf(member as AnyFunction)) return member;
      return makeDurable(function (this: unknown, ...args: never[]) {
        return Reflect.apply(member as AnyFunction, target, args);
      });
    },
  });
}

/** The same for a class that is instantiated by Nest. */
export function durableClass(host: unknown, replacement: Type): Type {
  const durable = durableMethodsOf(host);
  if (durable.size === 0) return replacement;
  class DurableReplacement extends replacement {}
  for (const [name, makeDurable] of durable) {
    const method = (replacement.prototype as Record<string, unknown>)[name];
    if (typeof method !== 'function' || durableFormOf(method)) continue;
    Object.defineProperty(DurableReplacement.prototype, name, {
      value: makeDurable(method as AnyFunction),
      configurable: true,
      writable: true,
    });
  }
  return Object.defineProperty(DurableReplacement, 'name', { value: replacement.name });
}
