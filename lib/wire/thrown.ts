/** JavaScript may throw anything: what of it can be read as an object. */
export function asRecord(thrown: unknown): Readonly<Record<string, unknown>> {
  return typeof thrown === 'object' && thrown !== null ? (thrown as Record<string, unknown>) : {};
}

/** A member of anything; `undefined` where it cannot be read, as in a revoked proxy or behind a getter that throws. */
export function memberOf(thrown: unknown, member: PropertyKey): unknown {
  if (thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function')) return undefined;
  try {
    return (thrown as Record<PropertyKey, unknown>)[member];
  } catch {
    return undefined;
  }
}

/** The items of a list; of what is none, or cannot be read as one, nothing. */
export function listOf(value: unknown): unknown[] {
  try {
    return Array.isArray(value) ? [...(value as unknown[])] : [];
  } catch {
    return [];
  }
}

/** Any value as text; empty where it cannot be read as one. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

/** What a thrown value says about itself; empty only if it says nothing. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message = memberOf(thrown, 'message');
  return typeof message === 'string' ? message : asText(thrown);
}

function asText(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return tagOf(thrown);
  }
}

/** All that can be told of what is circular, or holds a bigint, without risk. */
function tagOf(thrown: unknown): string {
  try {
    return Object.prototype.toString.call(thrown);
  } catch {
    return 'what was thrown cannot be read';
  }
}
