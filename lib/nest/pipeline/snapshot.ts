/** An object or an array, by the names of its members. */
export type Members = Record<string, unknown>;

/** Members of Node, of HTTP frameworks, of telemetry and of this package: no data of guards. */
const NOT_WATCHED =
  /^(?:__|_(?:consuming|dumped|events|maxListeners|parsed|passport|readableState|remoteAddress|session|start)|lambda$|rawBody$)/;

const NONE: ReadonlyMap<string, unknown> = new Map();

/**
 * The members of an object, and what they were before the guards. An array is one like an object, with its length.
 *
 * A body may have very many objects, and guards change few: so what is untouched costs one look.
 */
export class Snapshot {
  /** What hidden accessors were before the guards: those are not read. */
  readonly #unread: ReadonlyMap<string, unknown>;
  /** What its own members were, and what it inherits, if that is included. */
  readonly members: Members;

  /** @param isRequest - it is a request of HTTP, which has members that are not data */
  constructor(
    protected readonly object: Members,
    private readonly isRequest: boolean,
  ) {
    if (Array.isArray(object)) {
      this.#unread = NONE;
      this.members = object.slice() as unknown as Members;
      return;
    }
    const own = Object.getOwnPropertyNames(object);
    const isOpen = own.length === Object.keys(object).length;
    this.#unread = isOpen ? NONE : hiddenAccessorsOf(object, own);
    // Faster for an object that a parser has made, or one that is like it.
    this.members = isOpen && !isRequest ? { ...object } : copyOf(object, this.#watched(own));
  }

  /** What it inherits under these names counts as well. */
  include(inherited: readonly string[]): void {
    for (const name of inherited) this.members[name] = this.object[name];
  }

  /** Whether guards have set or removed a member of it. */
  hasChanged(): boolean {
    const { object, members: before } = this;
    if (Array.isArray(object) && Array.isArray(before)) {
      return object.length !== before.length || object.some((item, index) => !Object.is(item, before[index]));
    }
    const names = this.#names();
    return (
      names.length !== Object.keys(before).length ||
      names.some((name) => !Object.is(object[name], before[name]) || !this.had(name))
    );
  }

  changedNames(): string[] {
    if (!this.isRequest && !this.hasChanged()) return [];
    const names = new Set([...this.#names(), ...Object.keys(this.members)]);
    return [...names].filter((name) => this.#isChanged(name));
  }

  isUnchanged(name: string): boolean {
    return Object.is(this.object[name], this.members[name]);
  }

  had(name: string): boolean {
    return Object.hasOwn(this.members, name);
  }

  takeBack(name: string): void {
    if (this.had(name)) put(this.object, name, this.members[name]);
    else Reflect.deleteProperty(this.object, name);
  }

  /** Guards may also define members that are not enumerable. */
  #names(): string[] {
    return this.#watched(Object.getOwnPropertyNames(this.object));
  }

  #isChanged(name: string): boolean {
    return !this.had(name) || !this.isUnchanged(name);
  }

  #watched(own: string[]): string[] {
    const names = this.isRequest ? own.filter((name) => !NOT_WATCHED.test(name)) : own;
    if (this.#unread === NONE) return names;
    return names.filter((name) => !this.#unread.has(name) || this.#unread.get(name) !== getterOf(this.object, name));
  }
}

/** Sets a member, also where an object refuses that. */
export function put(object: Members, name: string, value: unknown): void {
  const isPut = Reflect.set(object, name, value);
  if (!isPut) Reflect.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}

/**
 * Accessors that are not enumerable, as middleware and libraries make them: reading one may throw, ask a database, or
 * create another object each time. Those that guards define are read.
 */
function hiddenAccessorsOf(object: Members, own: readonly string[]): ReadonlyMap<string, unknown> {
  const hidden = own.filter((name) => !Object.prototype.propertyIsEnumerable.call(object, name));
  return new Map(hidden.map((name) => [name, getterOf(object, name)] as const).filter(([, getter]) => getter));
}

function getterOf(object: Members, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.get;
}

function copyOf(object: Members, names: readonly string[]): Members {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}
