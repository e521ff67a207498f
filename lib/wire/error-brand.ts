import { memberOf } from './thrown.js';

/**
 * Every error of this package has the names of its classes under this key, from the root down. The symbol is registered
 * for the whole process, so another copy of the package (bundles often have two) reads the same brand.
 */
const ERROR_BRAND = Symbol.for('nestjs-durable-execution/error');

/**
 * Brands a class; its instances and those of its subclasses inherit name, code and brand through the prototype.
 *
 * @param name - literal, since minifiers rename classes
 * @param code - what programs match on; it stays when the message changes. Absent when each instance has its own code
 */
export function brand({ prototype }: { readonly prototype: Error }, name: string, code?: string): void {
  Object.defineProperties(prototype, {
    name: hidden(name),
    ...(code && { code: hidden(code) }),
    [ERROR_BRAND]: hidden([...brandOf(prototype), name]),
  });
}

function hidden(value: unknown): PropertyDescriptor {
  return { value, configurable: true, writable: true };
}

/** The names of a thrown value's classes in this package; empty for any other value. */
export function brandOf(thrown: unknown): readonly string[] {
  const names = memberOf(thrown, ERROR_BRAND);
  return Array.isArray(names) ? (names as string[]) : [];
}

/** The brand of the class itself; `undefined` for a user's subclass, which only inherits the brand of its parent. */
export function ownBrandName({ prototype }: { readonly prototype: Error }): string | undefined {
  return Object.hasOwn(prototype, ERROR_BRAND) ? brandOf(prototype).at(-1) : undefined;
}
