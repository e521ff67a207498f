import { type HandlerMethod, placeOf } from './discovered-handler.js';

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
