import { isUtf8 } from 'node:buffer';
import { severalCookies } from './http.messages.js';
import type { HttpEventResponse, HttpEventSource } from './http-event.js';
import { type BasePath, urlOf, withoutMapping, withoutStage } from './paths.js';
import { lastOf, rawHeadersOf } from './request-headers.js';

/** The values from which serverless-express creates a request. */
export interface RequestValues {
  /** Of serverless-express; Node reads the headers from `rawHeaders`. */
  headers: Record<string, never>;
  /** Names and values alternately. */
  rawHeaders: string[];
  method: string;
  path: string;
  body?: Buffer;
  remoteAddress: string;
}

type Headers = Record<string, number | string | string[]>;
type Lists = Record<string, string[]>;
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- events are what AWS sends */
type Event = any;

export interface AnswerValues {
  event: Event;
  statusCode: number;
  headers: Headers;
  bytes: Buffer;
  /** Writes to the log of the application. */
  warn: (message: string) => void;
}

/** How the events of a source are read, and its responses are written. */
export interface ServerlessSource {
  getRequest(event: Event, basePath: BasePath): RequestValues;
  getResponse(values: AnswerValues): HttpEventResponse;
}

export const httpSources: Readonly<Record<HttpEventSource, ServerlessSource>> = {
  AWS_API_GATEWAY_V2: {
    getRequest(event, basePath) {
      const { http, stage } = event.requestContext;
      const path = basePath === false ? event.rawPath : withoutStage(event.rawPath, stage);
      const url = urlOf(path, event.rawQueryString, basePath);
      return { ...common(event), method: http.method, path: url, remoteAddress: http.sourceIp ?? '' };
    },
    getResponse({ statusCode, headers, bytes }) {
      const { 'set-cookie': cookies, ...others } = listsOf(headers);
      return { statusCode, headers: joined(others), ...(cookies && { cookies }), ...bodyOf(bytes) };
    },
  },
  AWS_API_GATEWAY_V1: {
    getRequest(event, basePath) {
      const path = basePath === false ? event.path : withoutMapping(event);
      const url = urlOf(path, queryOf(event, encodeURIComponent), basePath);
      const remoteAddress = event.requestContext.identity?.sourceIp ?? '';
      return { ...common(event), method: event.httpMethod, path: url, remoteAddress };
    },
    getResponse: ({ statusCode, headers, bytes }) => ({
      statusCode,
      multiValueHeaders: listsOf(headers),
      ...bodyOf(bytes),
    }),
  },
  AWS_ALB: {
    getRequest(event, basePath) {
      const values = common(event);
      // The load balancer passes the query unchanged, still encoded.
      const url = urlOf(
        event.path,
        queryOf(event, (text) => text),
        basePath,
      );
      return { ...values, method: event.httpMethod, path: url, remoteAddress: callerOf(values) };
    },
    getResponse({ event, statusCode, headers, bytes, warn }) {
      const lists = listsOf(headers);
      // Responses have the form of requests, by a setting of the target group.
      if (event.multiValueHeaders) return { statusCode, multiValueHeaders: lists, ...bodyOf(bytes) };
      const cookies = lists['set-cookie'];
      if (cookies && cookies.length > 1) warn(severalCookies());
      const single = { ...lists, ...(cookies && { 'set-cookie': cookies.slice(-1) }) };
      return { statusCode, headers: joined(single), ...bodyOf(bytes) };
    },
  },
};

function common(event: Event): Pick<RequestValues, 'body' | 'headers' | 'rawHeaders'> {
  if (!event.body) return { headers: {}, rawHeaders: rawHeadersOf(event) };
  const body = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  return { headers: {}, rawHeaders: rawHeadersOf(event, body.length), body };
}

/** The balancer appends the address of its caller, with a port if configured. Earlier entries may be forged. */
function callerOf({ rawHeaders }: Pick<RequestValues, 'rawHeaders'>): string {
  const last = lastOf(rawHeaders, 'x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return /^\[(.+)\](:\d+)?$/.exec(last)?.[1] ?? /^([\d.]+):\d+$/.exec(last)?.[1] ?? last;
}

function queryOf(
  { multiValueQueryStringParameters, queryStringParameters }: Event,
  encode: (text: string) => string,
): string {
  const lists = Object.entries<string | string[]>(multiValueQueryStringParameters ?? queryStringParameters ?? {});
  return lists.flatMap(([key, values]) => [values].flat().map((value) => `${encode(key)}=${encode(value)}`)).join('&');
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding'];

function listsOf(headers: Headers): Lists {
  const entries = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name.toLowerCase()));
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), [value].flat().map(String)]));
}

function joined(lists: Lists): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.join(', ')]));
}

/** The exact bytes: sent as text if they are valid text, whatever their content type says; otherwise as base64. */
function bodyOf(bytes: Buffer): { body: string; isBase64Encoded: boolean } {
  const isText = isUtf8(bytes);
  return { body: bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}
