import { callbackIdMissing } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { WebhookHeaders } from './webhook-request.js';

/** A request to a route that completes callbacks, on Express or Fastify. */
export interface CallbackRequest {
  headers: WebhookHeaders;
  params: Readonly<Record<string, string>>;
  body?: unknown;
  rawBody?: Buffer;
  /** Node's own request, which Fastify wraps. */
  raw?: { rawBody?: Buffer };
}

/** Reads the callback id from a request, such as from what the sender has signed. */
export type CallbackIdReader = (request: CallbackRequest) => string | undefined;

/** How a route finds the callback that a request is to complete. */
export interface WebhookRoute {
  /** Class and method, for messages. */
  readonly place: string;
  /** The parameter of the route with the id, or who reads it from the request. */
  readonly callbackId: string | CallbackIdReader;
}

/** @throws {DurableConfigurationError} when the route has no such parameter */
export function callbackIdOf(request: CallbackRequest, { callbackId, place }: WebhookRoute): string {
  if (typeof callbackId === 'function') return callbackId(request) ?? '';
  const id = request.params[callbackId];
  if (id === undefined) throw new DurableConfigurationError(callbackIdMissing(place, callbackId));
  return id;
}
