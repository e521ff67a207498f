import { parsedJson } from '../../../wire/parsed-json.js';

/** The HTTP response. */
export interface FunctionUrlResponse {
  statusCode: number;
  headers: Record<string, string>;
  /** One `set-cookie` header for each. */
  cookies: string[];
  body: Buffer;
}

/** A handler's response in payload format 2.0; a value without a status code is itself the body. */
interface StructuredResponse {
  statusCode: unknown;
  headers?: unknown;
  cookies?: unknown;
  body?: unknown;
  isBase64Encoded?: unknown;
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const NOT_IN_HEADER_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
/** The server sets the framing headers itself. */
const FRAMING = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/**
 * Reads the result of a function as an HTTP response.
 *
 * @param payload JSON text; the result of a durable execution may be any text, which then is the unchanged body
 * @returns `undefined` for a result that cannot be an HTTP response, which Lambda turns into a 502
 */
export function fromFunctionUrlResponse(payload: string): FunctionUrlResponse | undefined {
  const value = parsedJson(payload);
  if (!isStructured(value)) {
    const type = value === undefined ? 'text/plain; charset=utf-8' : 'application/json';
    return { statusCode: 200, headers: { 'content-type': type }, cookies: [], body: Buffer.from(payload) };
  }
  const statusCode = Number(value.statusCode);
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) return undefined;
  const headers = Object.entries(Object(value.headers) as object).map(
    ([name, content]) => [name.toLowerCase(), String(content)] as const,
  );
  const cookies = Array.isArray(value.cookies) ? value.cookies.map(String) : [];
  const areSendable = headers.every(([name, content]) => HEADER_NAME.test(name) && isHeaderValue(content));
  if (!areSendable || !cookies.every(isHeaderValue)) return undefined;
  return {
    statusCode,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(headers.filter(([name]) => !FRAMING.has(name))),
    },
    cookies,
    body: bodyOf(value),
  };
}

function bodyOf({ body, isBase64Encoded }: StructuredResponse): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body));
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
}

function isStructured(value: unknown): value is StructuredResponse {
  return typeof value === 'object' && value !== null && 'statusCode' in value;
}

function isHeaderValue(content: string): boolean {
  return !NOT_IN_HEADER_VALUE.test(content);
}
