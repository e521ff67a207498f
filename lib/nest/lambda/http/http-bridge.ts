import type { ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import type { LambdaContext } from '../../../engine/base/lambda-context.js';
import type { LambdaCall } from '../../decorators/lambda-params.decorator.js';
import { currentScope } from '../../pipeline/current-scope.js';
import type { HttpEventResponse, HttpEventSource } from './http-event.js';
import { type AnswerValues, httpSources, type ServerlessSource } from './http-sources.js';
import type { BasePath } from './paths.js';
import { type Listener, requestListenerOf } from './request-listener.js';
import { type BridgedRequest, dressRequest } from './server-request.js';
import { dressResponse, WrittenBody } from './server-response.js';
import { loadServerlessExpress } from './serverless-express.js';

export { loadServerlessExpress };

interface Exchange {
  app: Listener;
  request: BridgedRequest;
  response: ServerResponse;
}

export interface HttpCall {
  event: unknown;
  source: HttpEventSource;
  basePath: BasePath;
  lambdaContext: LambdaContext;
  /** Writes to the log of the application. */
  warn: (message: string) => void;
}

/**
 * Returns what responds to HTTP events with the router of an application, through serverless-express.
 *
 * A response resolves once the application ends it, and never settles if it does not. All state belongs to one call, so
 * that any number of them may run concurrently.
 *
 * @throws {NotDeployedError} when serverless-express is missing
 */
export async function openRouter(app: INestApplication): Promise<(call: HttpCall) => Promise<HttpEventResponse>> {
  const configure = await loadServerlessExpress();
  const listener = requestListenerOf(app);
  return ({ event, source, basePath, lambdaContext, warn }) =>
    new Promise((resolve, reject) => {
      const lambda = { event, context: lambdaContext };
      const exchange = new GuardedExchange(httpSources[source], { lambda, basePath, warn }, { resolve, reject });
      // The bytes are sent unchanged, so it does not matter what serverless-express takes for binary.
      const options = { framework: exchange, eventSource: exchange, log: silent, binarySettings: { isBinary: false } };
      const respond = configure({ app: listener, eventSourceName: source, ...options });
      respond(event, lambdaContext).then(resolve, reject);
    });
}

interface Given extends Pick<HttpCall, 'basePath' | 'warn'> {
  lambda: LambdaCall;
}

interface Ends {
  resolve(response: HttpEventResponse): void;
  reject(error: unknown): void;
}

/**
 * One request through serverless-express, which calls these methods in an unawaited promise: if they threw, the process
 * would end (CodeGenieApp/serverless-express#679), so they report errors instead.
 */
class GuardedExchange {
  #isRefused = false;
  #rawHeaders: string[] = [];
  #body = new WrittenBody();

  constructor(
    private readonly source: ServerlessSource,
    private readonly given: Given,
    private readonly ends: Ends,
  ) {}

  /** An event that cannot be read, such as one with a malformed percent-encoding, is the client's mistake. */
  getRequest = ({ event }: { event: unknown }): object => {
    try {
      const values = this.source.getRequest(event, this.given.basePath);
      this.#rawHeaders = values.rawHeaders;
      return values;
    } catch (error) {
      this.#isRefused = true;
      this.ends.resolve(badRequest(error));
      return { method: 'GET', path: '/', headers: {} };
    }
  };

  getResponse = (values: Omit<AnswerValues, 'bytes' | 'warn'>): unknown => {
    try {
      const { statusCode = values.statusCode, bytes } = this.#body;
      return this.source.getResponse({ ...values, statusCode, bytes, warn: this.given.warn });
    } catch (error) {
      this.ends.reject(error);
      return undefined;
    }
  };

  sendRequest = async ({ app, request, response }: Exchange): Promise<void> => {
    if (this.#isRefused) return;
    closeWithInvocation(response);
    try {
      request.lambda = this.given.lambda;
      dressRequest(request, this.#rawHeaders);
      const { body, closed } = dressResponse(response, request, this.ends.reject);
      this.#body = body;
      await app(request, response);
      await closed;
    } catch (error) {
      this.ends.reject(error);
    }
  };
}

/**
 * When the invocation ends before the response does, middleware that waits for the response learns that the connection
 * is gone. The response is not destroyed: later writes of the application must go nowhere rather than throw.
 */
function closeWithInvocation(response: ServerResponse): void {
  const invocation = currentScope()?.invocation;
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

/** Failures reach the caller; serverless-express must not print them too. */
const silent = { debug: ignore, verbose: ignore, info: ignore, warn: ignore, error: ignore };
