import { formOf } from './kept-forms.js';

export type Collection = Map<unknown, unknown> | Set<unknown>;

/** Watches what guards do to something, for what is saved at admission. */
export interface Watch<Saved> {
  isTouched(): boolean;
  changes(): Promise<Saved>;
  restore(saved: Saved): void;
  restoreMissing(saved: Saved): void;
}

export function isCollection(value: unknown): value is Collection {
  const form = formOf(value);
  return form === 'map' || form === 'set';
}

/** Before a number that is the key of an entry, which is not the same key as its text. */
const NUMBER = '\0';

/**
 * A map or a set that middleware has made and guards fill, watched like an object of its entries, or like an array. It
 * stays the same one: other code may hold it. Entries whose keys are neither texts nor numbers are not watched.
 */
export class WatchedCollection<Saved> implements Watch<Saved> {
  readonly #contents: object;
  readonly #watch: Watch<Saved>;

  constructor(
    private readonly collection: Collection,
    watch: (contents: object) => Watch<Saved>,
  ) {
    this.#contents = collection instanceof Set ? [] : (Object.create(null) as object);
    this.#read();
    this.#watch = watch(this.#contents);
  }

  isTouched(): boolean {
    this.#read();
    return this.#watch.isTouched();
  }

  changes(): Promise<Saved> {
    this.#read();
    return this.#watch.changes();
  }

  restore(saved: Saved): void {
    this.#read();
    this.#watch.restore(saved);
    this.#write();
  }

  restoreMissing(saved: Saved): void {
    this.#read();
    this.#watch.restoreMissing(saved);
    this.#write();
  }

  #read(): void {
    const { collection } = this;
    const contents = this.#contents as Record<string, unknown>;
    if (collection instanceof Set) {
      (this.#contents as unknown[]).splice(0, Infinity, ...collection);
      return;
    }
    for (const name of Object.keys(contents)) if (!collection.has(keyOf(name))) Reflect.deleteProperty(contents, name);
    for (const [key, value] of collection) {
      const name = nameOf(key);
      if (name !== undefined) contents[name] = value;
    }
  }

  /** Entries that stay keep their places. */
  #write(): void {
    const { collection } = this;
    if (collection instanceof Set) {
      collection.clear();
      for (const value of Object.values(this.#contents)) collection.add(value);
      return;
    }
    for (const key of collection.keys()) {
      const name = nameOf(key);
      if (name !== undefined && !Object.hasOwn(this.#contents, name)) collection.delete(key);
    }
    for (const [name, value] of Object.entries(this.#contents)) collection.set(keyOf(name), value);
  }
}

function nameOf(key: unknown): string | undefined {
  if (typeof key === 'number') return `${NUMBER}${key}`;
  return typeof key === 'string' ? key : undefined;
}

function keyOf(name: string): string | number {
  return name.startsWith(NUMBER) ? Number(name.slice(NUMBER.length)) : name;
}
