/** A response of the durable API, or an invocation event, whose required members are missing or of a wrong type. */
export class UnreadableAnswerError extends Error {
  override readonly name = 'UnreadableAnswerError';
}

/** @param member - the path of the member that is missing or of the wrong type, `undefined` for the whole response */
export function unreadable(what: string, member: string | undefined, value: unknown): UnreadableAnswerError {
  const found = kindOf(value);
  return new UnreadableAnswerError(
    member === undefined
      ? `${what} is ${found} instead of an object.`
      : `${what} is unreadable: ${member} is ${found}.`,
  );
}

/** The kind of the value, without its content, which may be secret. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (value === '') return 'an empty text';
  return Array.isArray(value) ? 'a list' : (KINDS[typeof value] ?? `of the wrong type (${typeof value})`);
}

const KINDS: Readonly<Partial<Record<string, string>>> = {
  object: 'an object',
  string: 'a text',
  number: 'a number',
  boolean: 'a boolean',
};
