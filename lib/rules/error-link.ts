/**
 * One error of a chain, read only by property name. A getter may throw, and `request` or `response` may lead to graphs
 * in which sockets hold the secrets of other requests. So nothing here walks, prints or copies members that were not
 * requested.
 */
export class ErrorLink {
  readonly name: string;
  readonly message: string;
  /** Empty if the code is not a text: a number means nothing without its library. */
  readonly code: string;

  /** @param path - where it is, as code would write it: `error.cause` */
  constructor(
    readonly value: object,
    readonly path: string,
  ) {
    // Almost every rule needs these three.
    this.name = this.text('name');
    this.message = this.text('message');
    this.code = this.text('code');
  }

  /** The value at a path such as `response.status`; undefined if anything on the path is missing or unreadable. */
  get(path: string): unknown {
    return readPath(this.value, path);
  }

  /** Empty if there is no such text. */
  text(path: string): string {
    const value = this.get(path);
    return typeof value === 'string' ? value : '';
  }

  number(path: string): number | undefined {
    const value = this.get(path);
    return typeof value === 'number' ? value : undefined;
  }

  list(path: string): readonly unknown[] {
    return asList(this.get(path));
  }

  isObject(path: string): boolean {
    const value = this.get(path);
    return typeof value === 'object' && value !== null;
  }

  isFunction(path: string): boolean {
    return typeof this.get(path) === 'function';
  }

  has(key: string | symbol): boolean {
    try {
      return key in this.value;
    } catch {
      return false;
    }
  }

  nameIs(...names: readonly string[]): boolean {
    return names.includes(this.name);
  }

  codeIs(...codes: readonly string[]): boolean {
    return codes.includes(this.code);
  }
}

/** Reads a path of properties without ever throwing. */
export function readPath(holder: unknown, path: string): unknown {
  return path.includes('.') ? path.split('.').reduce(readKey, holder) : readKey(holder, path);
}

/** Returns an array unchanged, and an empty one for anything else: even this check throws for a revoked proxy. */
export function asList(value: unknown): readonly unknown[] {
  try {
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function readKey(holder: unknown, key: string): unknown {
  if (holder === null || (typeof holder !== 'object' && typeof holder !== 'function')) return undefined;
  try {
    return (holder as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
