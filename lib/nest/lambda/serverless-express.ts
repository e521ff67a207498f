import type { HttpEventResponse } from './http-event.js';
import type { Listener } from './request-listener.js';

/** How serverless-express reads an event and writes an answer. */
export interface ServerlessEventSource {
  getRequest(values: object): object;
  getResponse(values: object): unknown;
}

interface ServerlessExpressOptions {
  app: Listener;
  framework: object;
  eventSource: object;
  log: object;
}

interface ServerlessExpress {
  configure(options: ServerlessExpressOptions): (event: unknown, context: unknown) => Promise<HttpEventResponse>;
  getEventSource(options: { eventSourceName: string }): ServerlessEventSource;
}

/**
 * The parts of serverless-express that are needed, loaded with the first HTTP event. Its `getCurrentInvoke()` is a global
 * of the process and wrong as soon as two invocations overlap: it is never used.
 */
export async function loadServerlessExpress(): Promise<ServerlessExpress> {
  const [{ default: configure }, { default: sources }] = await Promise.all([
    import('@vendia/serverless-express'),
    // @ts-expect-error -- the package has no types for this file
    import('@vendia/serverless-express/src/event-sources/index.js') as Promise<{ default: ServerlessExpress }>,
  ]);
  return { configure: configure as unknown as ServerlessExpress['configure'], getEventSource: sources.getEventSource };
}
