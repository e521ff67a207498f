/** Members of an object that were replaced. */
export interface Patch {
  restore(): void;
}

/** Replaces members that the object has. Where somebody has replaced one again meanwhile, restoring leaves it alone. */
export function patchMembers(owner: object, wraps: Readonly<Record<string, (original: unknown) => unknown>>): Patch {
  const replaced = Object.entries(wraps).flatMap(([name, wrap]) => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    const original = Reflect.get(owner, name) as unknown;
    if (original === undefined || descriptor?.configurable === false) return [];
    const replacement = wrap(original);
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
