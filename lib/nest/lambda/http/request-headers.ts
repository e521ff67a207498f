/** Headers as Node reads them from a connection. */
export interface RequestHeaders {
  headers: Record<string, string>;
  /** Names and values alternately. */
  rawHeaders: string[];
}

/** Of these headers, Node keeps only the first. */
const ONCE: ReadonlySet<string> = new Set(
  (
    'age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since ' +
    'last-modified location max-forwards proxy-authorization referer retry-after server user-agent'
  ).split(' '),
);

interface HeaderEvent {
  headers?: Record<string, unknown> | null;
  multiValueHeaders?: Record<string, unknown[]> | null;
  /** HTTP APIs and function URLs move cookies out of the headers. */
  cookies?: string[];
}

/** Every value of every header. If an event has lists, they contain all the single values, and more. */
export function requestHeadersOf({ headers, multiValueHeaders, cookies }: HeaderEvent): RequestHeaders {
  const read: RequestHeaders = { headers: {}, rawHeaders: [] };
  const listed = new Set(Object.keys(multiValueHeaders ?? {}).map((name) => name.toLowerCase()));
  if (cookies) add(read, 'cookie', cookies);
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) add(read, name, values);
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!listed.has(name.toLowerCase())) add(read, name, [value].flat());
  }
  return read;
}

function add({ headers, rawHeaders }: RequestHeaders, name: string, values: readonly unknown[]): void {
  const key = name.toLowerCase();
  for (const value of values.map(String)) {
    rawHeaders.push(name, value);
    const before = headers[key];
    if (before === undefined) headers[key] = value;
    else if (!ONCE.has(key)) headers[key] = before + (key === 'cookie' ? '; ' : ', ') + value;
  }
}
