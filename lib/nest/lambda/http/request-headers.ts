interface HeaderEvent {
  headers?: Record<string, unknown> | null;
  multiValueHeaders?: Record<string, unknown[]> | null;
  /** HTTP APIs and function URLs list the cookies; function URLs keep them in the headers as well. */
  cookies?: string[];
}

/**
 * Every value of every header as Node's parser gives them: names and values alternately. If an event has lists, they
 * contain all the single values, and more.
 * @param bodyBytes - the length of the body, if there is one: the length that the client has stated may be missing
 */
export function rawHeadersOf({ headers, multiValueHeaders, cookies }: HeaderEvent, bodyBytes?: number): string[] {
  const rawHeaders: string[] = [];
  const listed = new Set(Object.keys(multiValueHeaders ?? {}).map((name) => name.toLowerCase()));
  const add = (name: string, values: readonly unknown[]): void => {
    if (bodyBytes !== undefined && name.toLowerCase() === 'content-length') return;
    for (const value of values) rawHeaders.push(name, String(value));
  };
  if (cookies) add('cookie', cookies);
  if (rawHeaders.length > 0) listed.add('cookie');
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) add(name, values);
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!listed.has(name.toLowerCase())) add(name, [value].flat());
  }
  return bodyBytes === undefined ? rawHeaders : [...rawHeaders, 'content-length', String(bodyBytes)];
}

/** The last value of a header. */
export function lastOf(rawHeaders: readonly string[], header: string): string | undefined {
  return rawHeaders.findLast((_text, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === header);
}
