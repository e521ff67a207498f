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

/**
 * A map or a set that middleware has made and guards fill, watched like an object of its entries, or like an array. It
 * stays the same one: other code may hold it. Entries whose keys are no texts are not watched.
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
    for (const name of Object.keys(contents)) if (!collection.has(name)) Reflect.deleteProperty(contents, name);
    for (const [key, value] of collection) if (typeof key === 'string') contents[key] = value;
  }

  /** Entries that stay keep their places. */
  #write(): void {
    const { collection } = this;
    if (collection instanceof Set) {
      collection.clear();
      for (const value of Object.values(this.#contents)) collection.add(value);
      return;
    }
    for (const key of collection.keys())
      if (typeof key === 'string' && !Object.hasOwn(this.#contents, key)) collection.delete(key);
    for (const [name, value] of Object.entries(this.#contents)) collection.set(name, value);
  }
}
