import type { ServiceCore } from '../../local/service-core.js';
import { RunningService } from '../../local/running-service.js';
import { nextTurn } from '../time/event-loop.js';
import { type InMemoryRequest, type InMemoryResponse, sendInMemory } from './in-memory-client.js';

/** How requests reach the service of a test. */
export interface Transport {
  /** The address of the service; absent in memory. */
  readonly endpoint?: string;
  send(request: InMemoryRequest): Promise<InMemoryResponse>;
  close(): Promise<void>;
}

/** As it is when this module is loaded: tests replace it, and watch it. */
const { fetch } = globalThis;

/** Without a port: the bytes of requests and responses, passed on in this process. */
export async function inMemory(core: ServiceCore): Promise<Transport> {
  await core.parts.load();
  core.parts.resume();
  return { send: (request) => sendInMemory(core.durableApi, request), close: () => core.parts.close() };
}

/** Over HTTP, on its own port. */
export async function overHttp(core: ServiceCore): Promise<Transport> {
  const service = new RunningService(core, { functions: [] });
  const endpoint = await service.start();
  // The service resumes what was left open one turn later: an execution that started before would look left open.
  await nextTurn();
  await nextTurn();
  return {
    endpoint,
    send: async ({ method, path, query, headers = {}, body }) => {
      const response = await call(`${endpoint}${path}${query && query.size > 0 ? `?${query.toString()}` : ''}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && body !== '' && { body }),
      });
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    },
    close: () => service.close(),
  };
}

/** Reports a broken connection as the AWS client does. */
async function call(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw (error as Error).cause ?? error;
  }
}
