import type { IncomingMessage } from 'node:http';
import { ServiceError, unreadableBody } from '../core/service-error.js';
import type { Shape } from '../core/shapes.js';
import { validateShape } from '../core/validate-shape.js';

/** A request with its body. */
export interface ApiRequest {
  label: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** @throws {ServiceError} when the body has more than `limitBytes`; the rest is discarded */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else
        reject(new ServiceError('RequestTooLargeException', 413, `Request must be smaller than ${limitBytes} bytes.`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

/** An absent body counts as an empty object. */
export function parseJson(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw unreadableBody('Could not parse request body into json.');
  }
}

export function header(request: ApiRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value || undefined;
}

/** A query parameter that is present and not empty, checked against its shape. */
export function queryString(request: ApiRequest, name: string, shape: Shape = { type: 'string' }): string | undefined {
  const value = request.query.get(name);
  return value === null || value === '' ? undefined : validateShape<string>(value, shape, camelCase(name));
}

export function queryInteger(request: ApiRequest, name: string, shape: Shape): number | undefined {
  const text = queryString(request, name);
  if (text === undefined) return undefined;
  return validateShape<number>(/^-?\d+$/.test(text) ? Number(text) : text, shape, camelCase(name));
}

export function queryBoolean(request: ApiRequest, name: string): boolean | undefined {
  const text = queryString(request, name);
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw unreadableBody(`${name} must be true or false`);
  return text === 'true';
}

/** A timestamp as ISO-8601 or epoch seconds, in epoch milliseconds. */
export function queryMoment(request: ApiRequest, name: string): number | undefined {
  const text = queryString(request, name);
  if (text === undefined) return undefined;
  const epochMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isFinite(epochMs)) throw unreadableBody(`${name} must be a date and time`);
  return epochMs;
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
