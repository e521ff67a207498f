import { isUtf8 } from 'node:buffer';
import { Logger } from '@nestjs/common';
import { severalCookies } from '../../durable-execution.messages.js';
import type { HttpEventResponse, HttpEventSource } from './http-event.js';

/** What serverless-express makes a request of. */
export interface RequestValues {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
  remoteAddress: string;
}

type Headers = Record<string, number | string | string[]>;
type Lists = Record<string, string[] | undefined>;
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- events are what AWS sends */
type Event = any;

/** How serverless-express reads an event and writes an answer. */
export interface ServerlessSource {
  getRequest(values: { event: Event }): RequestValues;
  getResponse(values: { event: Event; statusCode: number; headers: Headers; bytes: Buffer }): HttpEventResponse;
}

export const httpSources: Readonly<Record<HttpEventSource, ServerlessSource>> = {
  AWS_API_GATEWAY_V2: {
    getRequest: ({ event }) => ({
      ...common(event, event.requestContext.http.method, event.requestContext.http.sourceIp),
      path: withQuery(withoutStage(event), event.rawQueryString),
    }),
    getResponse: ({ statusCode, headers, bytes }) => {
      const { 'set-cookie': cookies, ...others } = listsOf(headers);
      return { statusCode, headers: joined(others), ...(cookies && { cookies }), ...bodyOf(bytes) };
    },
  },
  AWS_API_GATEWAY_V1: {
    getRequest: ({ event }) => ({
      ...common(event, event.httpMethod, event.requestContext.identity?.sourceIp),
      path: withQuery(withoutMapping(event), queryOf(event, encodeURIComponent)),
    }),
    getResponse: ({ statusCode, headers, bytes }) => ({
      statusCode,
      multiValueHeaders: listsOf(headers) as Record<string, string[]>,
      ...bodyOf(bytes),
    }),
  },
  AWS_ALB: {
    getRequest: ({ event }) => {
      const values = common(event, event.httpMethod, undefined);
      // The balancer appends the address that has called it: what stands before it anybody may have written.
      const remoteAddress = values.headers['x-forwarded-for']?.split(',').at(-1)?.trim() ?? '';
      // It hands on the query as it came, still encoded.
      return {
        ...values,
        remoteAddress,
        path: withQuery(
          event.path,
          queryOf(event, (text) => text),
        ),
      };
    },
    getResponse: ({ event, statusCode, headers, bytes }) => {
      const lists = listsOf(headers);
      if (event.multiValueHeaders)
        return { statusCode, multiValueHeaders: lists as Record<string, string[]>, ...bodyOf(bytes) };
      const cookies = lists['set-cookie'];
      if (cookies && cookies.length > 1) Logger.warn(severalCookies(), 'DurableExecution');
      return {
        statusCode,
        headers: joined({ ...lists, ...(cookies && { 'set-cookie': cookies.slice(-1) }) }),
        ...bodyOf(bytes),
      };
    },
  },
};

function common(event: Event, method: string, remoteAddress: string | undefined): Omit<RequestValues, 'path'> {
  const headers: Record<string, string> = {};
  if (event.cookies) headers.cookie = event.cookies.join('; ');
  for (const [name, value] of Object.entries({ ...event.headers, ...event.multiValueHeaders })) {
    const key = name.toLowerCase();
    headers[key] = Array.isArray(value) ? value.join(key === 'cookie' ? '; ' : ',') : String(value);
  }
  const body = event.body ? Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8') : undefined;
  if (body) headers['content-length'] = String(body.length);
  return { method, headers, ...(body && { body }), remoteAddress: remoteAddress ?? '' };
}

/** HTTP APIs put a named stage before the path, and hand it on decoded: a lone `%` was `%25`. */
function withoutStage({ rawPath, requestContext: { stage } }: Event): string {
  const path =
    stage && stage !== '$default' && `${rawPath}/`.startsWith(`/${stage}/`)
      ? rawPath.slice(stage.length + 1) || '/'
      : rawPath;
  return path.replace(/%(?![0-9a-f]{2})/gi, '%25');
}

/** The path below the mapping of a custom domain: as many segments, from its end, as the resource has. */
function withoutMapping({ path, resource, pathParameters }: Event): string {
  if (!resource) return path;
  const count = (text: string): number => text.split('/').filter(Boolean).length;
  const proxy = /\{([^}]+)\+\}/.exec(resource)?.[1];
  const wanted = count(resource) + (proxy ? count(pathParameters?.[proxy] ?? '') - 1 : 0);
  const segments = path.split('/').filter(Boolean);
  const kept = segments.slice(Math.max(0, segments.length - wanted)).join('/');
  return `/${kept}${kept && path.endsWith('/') ? '/' : ''}`;
}

function queryOf(
  { multiValueQueryStringParameters, queryStringParameters }: Event,
  encode: (text: string) => string,
): string {
  const lists = Object.entries<string | string[]>(multiValueQueryStringParameters ?? queryStringParameters ?? {});
  return lists.flatMap(([key, values]) => [values].flat().map((value) => `${encode(key)}=${encode(value)}`)).join('&');
}

function withQuery(path: string, query: string | undefined): string {
  return (
    encodeURI(path).replaceAll('%25', '%').replaceAll('?', '%3F').replaceAll('#', '%23') + (query ? `?${query}` : '')
  );
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding'];

function listsOf(headers: Headers): Lists {
  const entries = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name.toLowerCase()));
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), [value].flat().map(String)]));
}

function joined(lists: Lists): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, (values ?? []).join(',')]));
}

/** The very bytes: text where they are text, whatever their type says; base64 where they are not. */
function bodyOf(bytes: Buffer): { body: string; isBase64Encoded: boolean } {
  const isText = isUtf8(bytes);
  return { body: bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}
