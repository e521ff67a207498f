import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';

/** Serves one request, as the function that `http.createServer` takes. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Fastify's application is not a function, but has one. */
interface FastifyLike {
  routing: Listener;
}

/**
 * Returns the function that serves the requests of an application, on Express or Fastify, without a server that
 * listens.
 */
export function requestListenerOf(app: INestApplication): Listener {
  const instance = app.getHttpAdapter().getInstance() as Listener | FastifyLike;
  return typeof instance === 'function' ? instance : (request, response) => instance.routing(request, response);
}
