/**
 * One error of a chain, read by name alone: a getter may throw, and behind `request` or `response` hang graphs in which
 * sockets hold the secrets of other requests. Nothing here walks, prints or copies what it was not asked for.
 */
export class ErrorLink {
  readonly name: string;
  readonly message: string;
  /** Empty where the code is no text: a number means nothing without its library. */
  readonly code: string;

  /** @param path - where it hangs, as code would write it: `error.cause` */
  constructor(
    readonly value: object,
    readonly path: string,
  ) {
    // Almost every rule asks for these three.
    this.name = this.text('name');
    this.message = this.text('message');
    this.code = this.text('code');
  }

  /** The value at a path such as `response.status`; undefined where anything on the way is missing or unreadable. */
  get(path: string): unknown {
    return readPath(this.value, path);
  }

  /** Empty where there is no such text. */
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

/** An array as it is, anything else as an empty one: a revoked proxy throws even at that question. */
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
