import { memberOf } from './thrown.js';

/**
 * Under this key every error of ours carries the names of its classes, from the root down. The symbol is registered for
 * the whole process, so that another copy of the package (bundles often hold two) reads the same brand.
 */
export const ERROR_BRAND = Symbol.for('nestjs-durable-execution/error');

/**
 * Stamps a class; its instances and those of its subclasses inherit name, code and brand through the prototype.
 *
 * @param name - literal, since minifiers rename classes
 * @param code - what programs match on; stays when the sentence changes. Absent when each instance has one of its own
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

/** The names of a thrown value's classes among ours; empty for anything foreign. */
export function brandOf(thrown: unknown): readonly string[] {
  const names = memberOf(thrown, ERROR_BRAND);
  return Array.isArray(names) ? names : [];
}

/** Whether a class was stamped itself: a user's subclass only inherits the stamp of its parent. */
export function ownBrandName({ prototype }: { readonly prototype: Error }): string | undefined {
  return Object.hasOwn(prototype, ERROR_BRAND) ? brandOf(prototype).at(-1) : undefined;
}
