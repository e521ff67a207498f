import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeModule } from '../../node-module.js';
import { ServiceError } from '../core/service-error.js';
import { FUNCTION_URL_PREFIX } from '../functions/function-urls/function-url-handler.js';
import type { AdminApi } from './admin-api.js';
import { ADMIN_PREFIX } from './admin-api.js';
import type { DurableApi } from './durable-api.js';
import type { OriginGuard } from './origin-guard.js';
import { send } from './reply.js';
import { readBody } from './request.js';
import { type ApiName, routeOf } from './router.js';

const { createServer } = nodeModule('node:http');

export interface ApiServerOptions {
  durableApi: DurableApi;
  admin: AdminApi;
  guard: OriginGuard;
  /** Serves the functions' own URLs. */
  functionUrls: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Bytes of a request's body. */
  bodyLimit: (api: ApiName) => number;
  log: (message: string) => void;
}

/** Idle connections are kept longer than any client keeps them, so that none is closed during a request. */
const KEEP_ALIVE_MS = 72_000;

/** The HTTP transport of the durable API, of the administration routes and of the functions' URLs. */
export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #server: Server;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** @param port 0 for any free port */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', ({ message }) => this.#options.log(`A connection could not be accepted: ${message}.`));
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
      const reply = await this.#options.durableApi.answer({ ...route, query, headers: request.headers, body });
      if (reply) send(response, reply);
      else response.destroy();
    } catch (thrown) {
      // A client that has disconnected in the middle of its request needs no response.
      if (request.destroyed && !request.complete) return;
      send(response, this.#options.durableApi.replyOfThrown(thrown));
    }
  }
}

/** The path as it was sent: a decoded one could no longer be split. */
function addressOf({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const end = url.indexOf('?');
  return end === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, end), query: new URLSearchParams(url.slice(end + 1)) };
}
