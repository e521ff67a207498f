import { asRecord } from '../../wire/thrown.js';

/**
 * Under this key every error of ours carries the names of its classes, from the root down. The symbol is registered for
 * the whole process, so that another copy of the package (bundles often hold two) reads the same brand.
 */
export const ERROR_BRAND = Symbol.for('nestjs-durable-execution/error');

interface Identity {
  /** Literal, since minifiers rename classes. */
  name: string;
  /** What programs match on; stays when the sentence changes. Absent when each instance has a code of its own. */
  code?: string;
}

/** Stamps a class; its instances and those of its subclasses inherit name, code and brand through the prototype. */
export function brand({ prototype }: { readonly prototype: Error }, { name, code }: Identity): void {
  const hidden = { enumerable: false, configurable: true, writable: true };
  Object.defineProperties(prototype, {
    name: { ...hidden, value: name },
    ...(code && { code: { ...hidden, value: code } }),
    [ERROR_BRAND]: { ...hidden, value: [...brandOf(prototype), name] },
  });
}

/** The names of a thrown value's classes among ours; empty for anything foreign. */
export function brandOf(thrown: unknown): readonly string[] {
  const names = (asRecord(thrown) as { [ERROR_BRAND]?: unknown })[ERROR_BRAND];
  return Array.isArray(names) ? names : [];
}

/** Whether a class was stamped itself: a user's subclass only inherits the stamp of its parent. */
export function ownBrandName({ prototype }: { readonly prototype: Error }): string | undefined {
  return Object.hasOwn(prototype, ERROR_BRAND) ? brandOf(prototype).at(-1) : undefined;
}
