import { parsedJson } from '../../wire/parsed-json.js';
import type { OptionTypes } from '../../nest/errors/assert-options.js';

/** A request of a test. */
export interface RequestOptions {
  headers?: Record<string, string>;
  query?: Record<string, string>;
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
export function functionUrlEvent({ method, url, body }: TestRequest, options: RequestOptions): object {
  const { pathname, searchParams } = new URL(url, 'https://test.lambda-url.us-east-1.on.aws');
  for (const [name, value] of Object.entries(options.query ?? {})) searchParams.append(name, value);
  const sent = encoded(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: searchParams.toString(),
    headers: {
      host: 'test.lambda-url.us-east-1.on.aws',
      ...(sent && { 'content-type': sent.contentType }),
      ...lowerCased(options.headers ?? {}),
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

function encoded(body: unknown): { text: string; contentType: string; isBase64: boolean } | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return { text: body, contentType: 'text/plain', isBase64: false };
  if (body instanceof URLSearchParams)
    return { text: body.toString(), contentType: 'application/x-www-form-urlencoded', isBase64: false };
  if (body instanceof Uint8Array) {
    return { text: Buffer.from(body).toString('base64'), contentType: 'application/octet-stream', isBase64: true };
  }
  return { text: JSON.stringify(body), contentType: 'application/json', isBase64: false };
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
