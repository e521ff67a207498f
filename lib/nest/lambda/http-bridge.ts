import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import type { LambdaContext } from '../../engine/lambda-context.js';
import { InvocationScope } from '../pipeline/invocation-scope.js';
import type { HttpEventResponse, HttpEventSource } from './http-event.js';
import { type Listener, requestListenerOf } from './request-listener.js';
import { loadServerlessExpress, type ServerlessEventSource } from './serverless-express.js';

interface Exchange {
  app: Listener;
  request: IncomingMessage;
  response: ServerResponse;
}

export interface HttpCall {
  event: unknown;
  source: HttpEventSource;
  lambdaContext: LambdaContext;
}

/** Answers an HTTP event by an application. */
export async function answer(app: INestApplication, call: HttpCall): Promise<HttpEventResponse> {
  return new HttpBridge(await requestListenerOf(app)).handle(call);
}

/** Carries HTTP events to the Nest router and its responses back, by serverless-express. */
class HttpBridge {
  constructor(private readonly app: Listener) {}

  /**
   * Resolves with the response; never settles when the application does not end it. All state is of this call, so that
   * any number of them may run at once.
   */
  async handle({ event, source, lambdaContext }: HttpCall): Promise<HttpEventResponse> {
    const { configure, getEventSource } = await loadServerlessExpress();
    return new Promise((resolve, reject) => {
      const exchange = new GuardedExchange(getEventSource({ eventSourceName: source }), resolve, reject);
      const respond = configure({ app: this.app, framework: exchange, eventSource: exchange, log: silent });
      respond(event, lambdaContext).then(resolve, reject);
    });
  }
}

/**
 * One request through serverless-express, which calls these methods in a promise that nobody awaits: whatever they threw
 * would end the process (CodeGenieApp/serverless-express#679), so they report instead.
 */
class GuardedExchange {
  #isRefused = false;

  constructor(
    private readonly source: ServerlessEventSource,
    private readonly resolve: (response: HttpEventResponse) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  /** An event that cannot be read, such as one with a malformed percent-encoding, is the client's mistake. */
  getRequest = (values: object): object => {
    try {
      return this.source.getRequest(values);
    } catch (error) {
      this.#isRefused = true;
      this.resolve(badRequest(error));
      return { method: 'GET', path: '/', headers: {} };
    }
  };

  getResponse = (values: object): unknown => {
    try {
      return this.source.getResponse(values);
    } catch (error) {
      this.reject(error);
      return undefined;
    }
  };

  sendRequest = async ({ app, request, response }: Exchange): Promise<void> => {
    if (this.#isRefused) return;
    closeWithInvocation(response);
    try {
      await app(request, response);
    } catch (error) {
      this.reject(error);
    }
  };
}

/**
 * When the invocation ends before the response does, middleware that waits for the response learns that the connection
 * is gone. The response is not destroyed: what the application writes later must go nowhere rather than throw.
 */
function closeWithInvocation(response: ServerResponse): void {
  const invocation = InvocationScope.current()?.invocation;
  void invocation?.settled.then(() => {
    if (!response.writableEnded) response.emit('close');
  });
}

function badRequest(error: unknown): HttpEventResponse {
  const message = error instanceof Error ? error.message : String(error);
  return {
    statusCode: 400,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ statusCode: 400, message: `The request cannot be read: ${message}` }),
    isBase64Encoded: false,
  };
}

const ignore = (): void => {};

/** Failures reach the caller; serverless-express need not print them too. */
const silent = { debug: ignore, verbose: ignore, info: ignore, warn: ignore, error: ignore };
