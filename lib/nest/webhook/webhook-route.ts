import type { WebhookHeaders } from './webhook-request.js';

/** A request to a route that completes callbacks, on Express or Fastify. */
export interface CallbackRequest {
  headers: WebhookHeaders;
  params: Readonly<Record<string, string>>;
  /** A value that was sent several times is a list, which is no callback id. */
  query: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  rawBody?: Buffer;
  /** Node's own request, which Fastify wraps. */
  raw?: { rawBody?: Buffer };
}

/** Reads the callback id from a request, for example from what the sender has signed. */
export type CallbackIdReader = (request: CallbackRequest) => string | undefined;

/** How a route finds the callback that a request completes. */
export interface WebhookRoute {
  /** Class and method, for messages. */
  readonly place: string;
  /** The parameter of the route with the id, or the function that reads it from the request. */
  readonly callbackId: string | CallbackIdReader;
}

/** @returns an empty text when the request names none, or something that is not a text */
export function callbackIdOf(request: CallbackRequest, { callbackId }: WebhookRoute): string {
  const id: unknown = typeof callbackId === 'function' ? callbackId(request) : request.params[callbackId];
  // Express keeps several values of one parameter as a list, and a body may hold anything.
  return typeof id === 'string' ? id : '';
}
