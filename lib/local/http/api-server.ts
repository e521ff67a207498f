import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock/clock.js';
import { ServiceError } from '../core/service-error.js';
import { FUNCTION_URL_PREFIX } from '../functions/function-urls/function-url-handler.js';
import type { AdminApi } from './admin-api.js';
import { ADMIN_PREFIX } from './admin-api.js';
import type { Apis } from './api-handlers.js';
import { API_HANDLERS } from './api-handlers.js';
import type { CallLog } from './call-log.js';
import type { FaultRule } from './fault.js';
import { faultReply } from './fault.js';
import type { Faults } from './faults.js';
import type { OriginGuard } from './origin-guard.js';
import type { Reply } from './reply.js';
import { replyOfThrown, send } from './reply.js';
import type { ApiRequest } from './request.js';
import { readBody } from './request.js';
import type { Route } from './router.js';
import { ApiName, routeOf } from './router.js';

export interface ApiServerOptions {
  apis: Apis;
  admin: AdminApi;
  guard: OriginGuard;
  /** Answers what is asked of the functions' own URLs. */
  functionUrls: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  faults: Faults;
  calls: CallLog;
  clock: Clock;
  /** Bytes of a request's body. */
  bodyLimit: (api: ApiName) => number;
  /** Told of every accepted checkpoint before it is answered. */
  onCheckpoint: (arn: string) => Promise<void>;
  /** Takes what went wrong in the service itself. */
  log: (message: string) => void;
}

/** Idle connections are kept longer than any client keeps them, so that none is closed under a request. */
const KEEP_ALIVE_MS = 72_000;

/** The HTTP front: the durable API, the routes of administration, faults on the way. */
export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #server: Server;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** @param port 0 for any that is free */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => response.destroy());
    try {
      this.#options.guard.check(request);
      const { path, query } = addressOf(request);
      if (path.startsWith(ADMIN_PREFIX))
        return send(response, await this.#options.admin.handle(request, { path, query }));
      if (path.startsWith(FUNCTION_URL_PREFIX)) return await this.#options.functionUrls(request, response);
      const route = routeOf(request.method ?? '', path);
      if (!route) throw new ServiceError('UnknownOperationException', 404, `There is no ${request.method} ${path}.`);
      const body = await readBody(request, this.#options.bodyLimit(route.api));
      const reply = await this.#answer({ ...route, query, headers: request.headers, body });
      if (reply) send(response, reply);
      else response.destroy();
    } catch (thrown) {
      send(response, this.#replyOfThrown(thrown));
    }
  }

  /** @returns nothing when the connection is to break */
  async #answer(call: ApiCallInput): Promise<Reply | undefined> {
    const fault = this.#options.faults.strike(call);
    const reply = await this.#answerUnder(fault, call);
    const errorCode = reply?.headers?.['x-amzn-errortype'];
    const { api, label, body } = call;
    const { calls, clock } = this.#options;
    calls.add({
      api,
      label,
      atMs: clock.now(),
      status: reply?.status ?? 0,
      errorCode,
      bodyBytes: Buffer.byteLength(body),
    });
    return reply;
  }

  async #answerUnder(fault: FaultRule | undefined, call: ApiCallInput): Promise<Reply | undefined> {
    if (!fault) return this.#handle(call);
    if (fault.kind === 'dropped') return undefined;
    if (fault.kind === 'delay') await delay(fault.delayMs ?? 1000);
    const refusal = faultReply(fault);
    if (refusal) return refusal;
    const reply = await this.#handle(call);
    if (fault.kind === 'dropped-after') return undefined;
    return fault.kind === 'missing-token' ? withoutToken(reply) : reply;
  }

  async #handle(call: ApiCallInput): Promise<Reply> {
    try {
      const reply = await API_HANDLERS[call.api](this.#options.apis, call);
      if (call.api === ApiName.CHECKPOINT) await this.#options.onCheckpoint(call.label);
      return reply;
    } catch (thrown) {
      return this.#replyOfThrown(thrown);
    }
  }

  #replyOfThrown(thrown: unknown): Reply {
    if (!(thrown instanceof ServiceError))
      this.#options.log(`Internal failure: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
    return replyOfThrown(thrown);
  }
}

type ApiCallInput = ApiRequest & Route;

/** The path as it was sent: a decoded one could no longer be split. */
function addressOf({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const end = url.indexOf('?');
  return end === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, end), query: new URLSearchParams(url.slice(end + 1)) };
}

function withoutToken(reply: Reply): Reply {
  const { CheckpointToken: _, ...rest } = JSON.parse(reply.body ?? '{}') as Record<string, unknown>;
  return { ...reply, body: JSON.stringify(rest) };
}
