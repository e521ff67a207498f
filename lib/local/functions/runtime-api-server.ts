import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeModule } from '../../node-module.js';
import { SHORTAGE_PAUSE_MS, shortageOf } from './shortage.js';
import { reportedFailure, responseTooLarge } from './worker-failures.js';
import type { FunctionFailure } from './worker-failures.js';

const { createServer } = nodeModule('node:http');

/** An event for a runtime. */
export interface RuntimeInvocation {
  requestId: string;
  functionArn: string;
  /** Milliseconds since the epoch. */
  deadlineMs: number;
  /** JSON text. */
  payload: string;
  traceId?: string;
  /** JSON text. */
  clientContext?: string;
  tenantId?: string;
}

/** The worker behind one address of the Runtime API. Reports about an invocation that it does not run are refused. */
export interface RuntimeApiWorker {
  /**
   * The runtime requests an event; `handOut` passes one to it, immediately or when there is one.
   *
   * @returns whether it may have one: it has responded to the last
   */
  onNext(handOut: (invocation: RuntimeInvocation) => void): boolean;
  onResponse(requestId: string, payload: string): boolean;
  onError(requestId: string, failure: FunctionFailure): boolean;
  onInitError(failure: FunctionFailure): boolean;
}

/** What a runtime reports: `response`, `error` or `init/error`. */
interface Report {
  requestId: string;
  about: string | undefined;
}

interface Body {
  text: string;
  /** Its size, also where the text was cut off. */
  bytes: number;
}

/** The maximum response that Lambda accepts: 6 MiB and a little. */
const RESPONSE_LIMIT_BYTES = 6_291_556;
const STILL_RUNNING = {
  errorType: 'InvalidStateTransition',
  errorMessage: 'The next event may be requested once, when the last has its response.',
};
const ROUTE = /^\/([\w-]+)\/2018-06-01\/runtime\/(?:invocation\/(?:(next)|([\w-]+)\/(response|error))|(init\/error))$/;

/** The Lambda Runtime API on the loopback interface; each worker has an address that cannot be guessed. */
export class RuntimeApiServer {
  readonly #workers = new Map<string, RuntimeApiWorker>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #listening: Promise<void> | undefined;
  #isClosed = false;

  constructor() {
    // A worker may take longer than any idle limit between receiving an event and responding to it.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
  }

  /**
   * Starts listening, once, on a port that the system picks.
   *
   * @param onShortage called, once, when the system runs out of a resource; listening is retried until there is enough
   */
  listen(onShortage: (shortage: string) => void): Promise<void> {
    this.#listening ??= this.#listenWithPatience(onShortage);
    return this.#listening;
  }

  async #listenWithPatience(onShortage: (shortage: string) => void): Promise<void> {
    for (let tell = onShortage; !this.#isClosed; tell = () => undefined) {
      const error = await this.#tryToListen();
      if (error === undefined) return;
      const shortage = shortageOf(error);
      if (shortage === undefined) throw error;
      tell(shortage);
      await delay(SHORTAGE_PAUSE_MS);
    }
  }

  #tryToListen(): Promise<Error | undefined> {
    return new Promise((resolve) => {
      const refused = (error: Error): void => {
        this.#server.off('listening', listening);
        resolve(error);
      };
      const listening = (): void => {
        this.#server.off('error', refused);
        // A worker whose connection cannot be accepted ends, and is replaced.
        this.#server.on('error', () => undefined);
        resolve(undefined);
      };
      this.#server.once('error', refused).once('listening', listening).listen(0, '127.0.0.1');
    });
  }

  /** Opens an address for a worker; it is valid until `detach`. */
  attach(worker: RuntimeApiWorker): { address: string; detach: () => void } {
    const { port } = this.#server.address() as AddressInfo;
    const secret = randomBytes(16).toString('hex');
    this.#workers.set(secret, worker);
    return { address: `127.0.0.1:${port}/${secret}`, detach: () => this.#workers.delete(secret) };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (!this.#server.listening) return;
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, secret = '', next, requestId = '', report, initError] = ROUTE.exec(request.url ?? '') ?? [];
    const worker = this.#workers.get(secret);
    if (worker === undefined) return answer(response, 403, { errorType: 'Forbidden', errorMessage: 'No such worker.' });
    if (next !== undefined) {
      if (!worker.onNext((invocation) => handOut(response, invocation))) answer(response, 403, STILL_RUNNING);
      return;
    }
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return;
    if (passReport(worker, { requestId, about: initError ?? report }, body)) answer(response, 202, { status: 'OK' });
    else answer(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
  }
}

function handOut(response: ServerResponse, invocation: RuntimeInvocation): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': invocation.requestId,
    'lambda-runtime-deadline-ms': String(Math.floor(invocation.deadlineMs)),
    'lambda-runtime-invoked-function-arn': invocation.functionArn,
    ...header('lambda-runtime-trace-id', invocation.traceId),
    ...header('lambda-runtime-client-context', invocation.clientContext),
    ...header('lambda-runtime-aws-tenant-id', invocation.tenantId),
  });
  response.end(invocation.payload);
}

/** @returns whether the worker accepts the report: it runs what the report is about */
function passReport(worker: RuntimeApiWorker, { requestId, about }: Report, { text, bytes }: Body): boolean {
  if (about === 'init/error') return worker.onInitError(reportedFailure(text));
  if (about === 'error') return worker.onError(requestId, reportedFailure(text));
  if (bytes > RESPONSE_LIMIT_BYTES) return worker.onError(requestId, responseTooLarge(RESPONSE_LIMIT_BYTES, bytes));
  return worker.onResponse(requestId, text);
}

/** Headers contain only ASCII; JSON text stays the same value when its other characters are escaped. */
function header(name: string, value: string | undefined): Record<string, string> {
  if (value === undefined) return {};
  const escaped = value.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { [name]: escaped };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Reads a body to its end, but keeps no more than the maximum response. */
async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= RESPONSE_LIMIT_BYTES) chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), bytes };
}
