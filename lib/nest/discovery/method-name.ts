import type { HandlerMethod } from './discovered-handler.js';

/** The name under which a class has a method: a decorator may have created the function, with another name or none. */
export function methodNameOf({ prototype }: { prototype: object }, method: HandlerMethod): string {
  if ((prototype as Record<string, unknown>)[method.name] === method) return method.name;
  for (let level: object | null = prototype; level; level = Object.getPrototypeOf(level) as object | null) {
    const found = Object.entries(Object.getOwnPropertyDescriptors(level)).find(([, { value }]) => value === method);
    if (found) return found[0];
  }
  return method.name;
}
