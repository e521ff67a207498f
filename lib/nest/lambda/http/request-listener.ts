import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';

/** Serves one request, as the function that `http.createServer` takes. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Fastify's application is not a function, but has one. */
interface FastifyLike {
  ready(): PromiseLike<unknown>;
  routing: Listener;
}

/**
 * Returns the function that serves the requests of an application, on Express or Fastify, without a server that
 * listens.
 */
export async function requestListenerOf(app: INestApplication): Promise<Listener> {
  const instance = app.getHttpAdapter().getInstance() as Listener | FastifyLike;
  if (typeof instance === 'function') return instance;
  await instance.ready();
  return (request, response) => instance.routing(request, response);
}
