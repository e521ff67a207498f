import type { Type } from '@nestjs/common';
import type { HandlerMethod } from '../../nest/discovery/discovered-handler.js';
import { operationMarkOf } from '../../nest/discovery/method-marks.js';
import { durableFormOf } from '../../nest/decorators/ambient-operation.js';
import type { AsyncMethod, DurableForm } from '../../nest/decorators/durable-form.js';
import { methodsOf } from './methods-of.js';

/**
 * The methods of a class that are durable operations, each with a function that makes another method durable in the
 * same way.
 */
function durableMethodsOf(host: unknown): ReadonlyMap<string, DurableForm> {
  const found = new Map<string, DurableForm>();
  for (const { owner, name, method, form } of methodsOf(prototypeOf(host))) {
    if (!form) refuseHidden(method, owner, name);
    else if (!found.has(name)) found.set(name, form);
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
      if (!makeDurable || durableFormOf(member as AsyncMethod)) return member;
      return makeDurable(function (this: unknown, ...args: never[]) {
        return Reflect.apply(member as AsyncMethod, target, args);
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
      value: makeDurable(method as AsyncMethod),
      configurable: true,
      writable: true,
    });
  }
  return Object.defineProperty(DurableReplacement, 'name', { value: replacement.name });
}
