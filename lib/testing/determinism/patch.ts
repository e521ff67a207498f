/** Replaced members of an object. */
export interface Patch {
  restore(): void;
}

/** Spies and fake timers may put a replacement back after it was restored: it is used again, and not replaced twice. */
const replacements = new WeakSet<object>();

/** Replaces existing members of an object. If a member was replaced again meanwhile, restoring does not change it. */
export function patchMembers(owner: object, wraps: Readonly<Record<string, (original: unknown) => unknown>>): Patch {
  const replaced = Object.entries(wraps).flatMap(([name, wrap]) => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    const original = Reflect.get(owner, name) as unknown;
    if (original === undefined || descriptor?.configurable === false) return [];
    if (replacements.has(Object(original) as object)) return [];
    const replacement = wrap(original);
    replacements.add(Object(replacement) as object);
    Object.defineProperty(owner, name, { value: replacement, configurable: true, writable: true });
    return [{ name, descriptor, replacement }];
  });
  return {
    restore() {
      for (const { name, descriptor, replacement } of replaced) {
        if (Reflect.get(owner, name) !== replacement) continue;
        if (descriptor) Object.defineProperty(owner, name, descriptor);
        else Reflect.deleteProperty(owner, name);
      }
    },
  };
}
