/** JavaScript may throw any value: this returns the part of it that can be read as an object. */
export function asRecord(thrown: unknown): Readonly<Record<string, unknown>> {
  return typeof thrown === 'object' && thrown !== null ? (thrown as Record<string, unknown>) : {};
}

/** A member of any value; `undefined` if it cannot be read, as in a revoked proxy or behind a getter that throws. */
export function memberOf(thrown: unknown, member: PropertyKey): unknown {
  if (thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function')) return undefined;
  try {
    return (thrown as Record<PropertyKey, unknown>)[member];
  } catch {
    return undefined;
  }
}

/** The items of a list; empty for any other value, or one that cannot be read. */
export function listOf(value: unknown): unknown[] {
  try {
    return Array.isArray(value) ? [...(value as unknown[])] : [];
  } catch {
    return [];
  }
}

/** Any value as text; empty if it cannot be read as text. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

/** The message of a thrown value; empty only if it has none. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message = memberOf(thrown, 'message');
  return typeof message === 'string' ? message : asText(thrown);
}

/** Any value as JSON, if it can be written so. */
export function asText(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return tagOf(thrown);
  }
}

/** What can safely be said about a value that is circular or contains a bigint. */
function tagOf(thrown: unknown): string {
  try {
    return Object.prototype.toString.call(thrown);
  } catch {
    return 'the thrown value cannot be read';
  }
}
