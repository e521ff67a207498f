import type { ErrorLink } from './error-link.js';

const STATUS_PATHS = [
  'status',
  'statusCode',
  'response.status',
  'response.statusCode',
  '$metadata.httpStatusCode',
  'meta.statusCode',
] as const;

/** The HTTP status of a response, wherever a library puts it. */
export function statusOf(error: ErrorLink): number | undefined {
  // Octokit says 500 if there was no response at all.
  if (error.name === 'HttpError' && error.isObject('request') && !error.isObject('response') && error.has('cause')) {
    return undefined;
  }
  const found = STATUS_PATHS.map((path) => error.number(path)).find(isHttpStatus);
  if (found !== undefined) return found;
  // SendGrid and Google put the status into `code`. Other libraries use `code` too, so a response must be beside it.
  const code = error.number('code');
  return isHttpStatus(code) && (error.isObject('response') || error.list('errors').length > 0) ? code : undefined;
}

function isHttpStatus(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 100 && value <= 599;
}

const METHOD_PATHS = [
  'config.method',
  'options.method',
  'request.method',
  'response.request.method',
  'meta.meta.request.params.method',
] as const;
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'];

/** Whether the request may be sent twice, by its method; undefined if no method is known. */
export function isIdempotentRequest(error: ErrorLink): boolean | undefined {
  const method = METHOD_PATHS.map((path) => error.text(path)).find(Boolean);
  return method === undefined ? undefined : IDEMPOTENT.includes(method.toUpperCase());
}

const HEADER_PATHS = ['response.headers', 'headers', 'responseHeaders', 'meta.headers', '$response.headers'] as const;

/** A header of the response, from a `Headers` object or a plain one; undefined if there is none. */
export function headerOf(error: ErrorLink, name: string): string | undefined {
  for (const path of HEADER_PATHS) {
    const value = readHeader(error.get(path), name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function readHeader(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  try {
    const { get } = headers as { get?: unknown };
    const read: unknown = typeof get === 'function' ? get.call(headers, name) : undefined;
    return asText(read) ?? asText(ownHeader(headers as Record<string, unknown>, name));
  } catch {
    return undefined;
  }
}

function ownHeader(headers: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(headers, name)) return headers[name];
  const spelled = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return spelled === undefined ? undefined : headers[spelled];
}

function asText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' || typeof first === 'number' ? String(first) : undefined;
}
