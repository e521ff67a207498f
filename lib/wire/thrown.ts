/** JavaScript may throw anything: what of it can be read as an object. */
export function asRecord(thrown: unknown): Readonly<Record<string, unknown>> {
  return typeof thrown === 'object' && thrown !== null ? (thrown as Record<string, unknown>) : {};
}

/** What a thrown value says about itself; empty only if it says nothing. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const { message } = asRecord(thrown);
  return typeof message === 'string' ? message : asText(thrown);
}

function asText(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    // Circular, or a bigint inside: the tag is all that can be told without risk.
    return Object.prototype.toString.call(thrown);
  }
}
