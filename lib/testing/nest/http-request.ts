import { jsonText } from '../../wire/json-text.js';
import { parsedJson } from '../../wire/parsed-json.js';
import { memberOf, messageOf } from '../../wire/thrown.js';
import type { OptionTypes } from '../../nest/errors/assert-options.js';

/** Names and values, such as `Headers` or `URLSearchParams`; an object may give a name several values. */
export type RequestPairs =
  Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request of a test. */
export interface RequestOptions {
  headers?: RequestPairs;
  query?: RequestPairs;
}

export const REQUEST_OPTIONS: OptionTypes<RequestOptions> = { headers: 'object', query: 'object' };

/** How long the service lets a caller wait for the response of a function. */
export const LONGEST_RESPONSE_MS = 900_000;

export interface TestRequest {
  method: string;
  /** Path and query. */
  url: string;
  body?: unknown;
}

/** The response of a route, as a caller of the function's URL receives it. */
export interface TestResponse {
  status: number;
  headers: Record<string, string>;
  cookies: readonly string[];
  /** Parsed as JSON if the content type says so, and it is JSON. */
  body: unknown;
  text: string;
  /** As it was sent, for a response that is no text. */
  bytes: Buffer;
}

/** What Lambda returns for a function URL. */
interface LambdaResponse {
  statusCode?: number;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/** The event of a function URL for a request; text, bytes and forms are sent unchanged, anything else as JSON. */
export async function functionUrlEvent({ method, url, body }: TestRequest, options: RequestOptions): Promise<object> {
  if (typeof method !== 'string' || typeof url !== 'string')
    throw new TypeError("request() needs a method and a path: request('POST', '/orders', { id: 7 }).");
  const { pathname, searchParams } = new URL(url, 'https://test.lambda-url.us-east-1.on.aws');
  for (const [name, value] of pairsOf(options.query)) searchParams.append(name, value);
  const sent = await encoded(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: searchParams.toString(),
    headers: {
      host: 'test.lambda-url.us-east-1.on.aws',
      ...(sent && { 'content-type': sent.contentType }),
      ...joined(pairsOf(options.headers)),
    },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'test',
      domainName: 'test.lambda-url.us-east-1.on.aws',
      http: {
        method: method.toUpperCase(),
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'durable-test',
      },
      requestId: 'test',
      routeKey: '$default',
      stage: '$default',
    },
    ...(sent && { body: sent.text }),
    isBase64Encoded: sent?.isBase64 ?? false,
  };
}

interface Sent {
  text: string;
  contentType: string;
  isBase64: boolean;
}

async function encoded(body: unknown): Promise<Sent | undefined> {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return { text: body, contentType: 'text/plain', isBase64: false };
  if (body instanceof URLSearchParams)
    return { text: body.toString(), contentType: 'application/x-www-form-urlencoded', isBase64: false };
  if (isBodyOfFetch(body)) return asFetch(body);
  const text = asJson(body);
  if (text === undefined) throw new TypeError(`request() cannot send a ${typeof body} as JSON.`);
  return { text, contentType: 'application/json', isBase64: false };
}

function asJson(body: unknown): string | undefined {
  try {
    return jsonText(body);
  } catch (cause) {
    throw new TypeError(`request() cannot send the body as JSON: ${messageOf(cause)}.`, { cause });
  }
}

/** What JSON would write as `{}`, such as a form with files, or as the insides of a stream of Node. */
function isBodyOfFetch(body: unknown): boolean {
  if (ArrayBuffer.isView(body) || BODIES_OF_FETCH.has(Object.prototype.toString.call(body))) return true;
  return typeof memberOf(body, Symbol.asyncIterator) === 'function';
}

const BODIES_OF_FETCH: ReadonlySet<string> = new Set(
  ['FormData', 'Blob', 'File', 'ArrayBuffer', 'ReadableStream'].map((name) => `[object ${name}]`),
);

/** As `fetch()` sends it: the type of a form names its boundary. */
async function asFetch(body: unknown): Promise<Sent> {
  const response = new Response(body as ConstructorParameters<typeof Response>[0]);
  const contentType = response.headers.get('content-type') ?? 'application/octet-stream';
  return { text: Buffer.from(await response.arrayBuffer()).toString('base64'), contentType, isBase64: true };
}

function pairsOf(given: RequestPairs = {}): [name: string, value: string][] {
  const pairs = Symbol.iterator in given ? [...given] : Object.entries(given);
  return pairs.flatMap(([name, values]) =>
    [values].flat().flatMap((value) => (value === undefined ? [] : [[name, String(value)] as [string, string]])),
  );
}

/** A function URL gives several values of one header as one text. */
function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    headers.set(key, headers.has(key) ? `${headers.get(key)},${value}` : value);
  }
  return Object.fromEntries(headers);
}

export function responseOf(result: unknown): TestResponse {
  const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded } = (result ?? {}) as LambdaResponse;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const text = bytes.toString();
  const lower = lowerCased(headers);
  const value = /\bjson\b/.test(lower['content-type'] ?? '') ? parsedJson(text) : undefined;
  return { status: statusCode, headers: lower, cookies, text, bytes, body: value === undefined ? text : value };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
