import { type DiscoveredHandler, type HandlerMethod, placeOf } from './discovered-handler.js';
import { durableMarkOf } from './method-marks.js';

/** A class as an enhancer receives it. */
export interface HostClass {
  readonly name: string;
  readonly prototype: object;
}

/** The name under which a class has a method: a decorator may have created the function, with another name or none. */
export function methodNameOf({ prototype }: Pick<HostClass, 'prototype'>, method: HandlerMethod): string {
  if ((prototype as Record<string, unknown>)[method.name] === method) return method.name;
  for (let level: object | null = prototype; level; level = Object.getPrototypeOf(level) as object | null) {
    const found = Object.entries(Object.getOwnPropertyDescriptors(level)).find(([, { value }]) => value === method);
    if (found) return found[0];
  }
  return method.name;
}

/** The name of a `@Durable()` method: its own, or else its place in the code. */
export function durableNameOf(host: HostClass, method: HandlerMethod, { name }: { name?: string | undefined }): string {
  return name ?? placeOf({ className: host.name, methodName: methodNameOf(host, method) });
}

/**
 * The name of the same method of the class that another one is provided for, as in
 * `{ provide: Orders, useClass: PartnerOrders }`: callers know only that class.
 */
export function replacedNameOf({ host, prototype, methodName }: DiscoveredHandler): string | undefined {
  const token: unknown = host.token;
  if (typeof token !== 'function' || token === prototype.constructor) return undefined;
  const replaced = token as unknown as { name: string; prototype: Partial<Record<string, HandlerMethod>> };
  const method = replaced.prototype[methodName];
  const mark = method && durableMarkOf(method, replaced.prototype, methodName);
  return mark && durableNameOf(replaced, method, mark);
}
