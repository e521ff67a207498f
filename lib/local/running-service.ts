import type { ServiceClock } from './clock/clock.js';
import type { FunctionUrlResult } from './functions/function-urls/function-url-handler.js';
import { createFunctionUrlHandler } from './functions/function-urls/function-url-handler.js';
import { AdminApi } from './http/admin-api.js';
import { ApiServer } from './http/api-server.js';
import type { CallLog } from './http/call-log.js';
import type { Faults } from './http/faults.js';
import { OriginGuard } from './http/origin-guard.js';
import { ApiName } from './http/router.js';
import type { CheckpointListener, HistoryListener, LocalService } from './local-service.js';
import type { LocalServiceOptions } from './local-service-options.js';
import type { ServiceCore } from './service-core.js';
import type { InvokeApi } from './service/invoke-api.js';

/** A payload over its own limit gets the API's own error rather than the transport's. */
const BODY_SLACK_BYTES = 1024 * 1024;

/** The service behind its HTTP transport. */
export class RunningService implements LocalService {
  readonly #core: ServiceCore;
  readonly #server: ApiServer;
  readonly #host: string;
  /** The host as it stands in a URL. */
  readonly #hostName: string;
  readonly #port: number;
  #endpoint = '';

  constructor(core: ServiceCore, { host = '127.0.0.1', port = 0, allowedHosts = [] }: LocalServiceOptions) {
    this.#core = core;
    this.#host = host;
    this.#hostName = host.includes(':') ? `[${host}]` : host;
    this.#port = port;
    this.#server = createServer(core, new OriginGuard([this.#hostName, ...allowedHosts]));
  }

  get faults(): Faults {
    return this.#core.faults;
  }

  get calls(): CallLog {
    return this.#core.calls;
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  get clock(): ServiceClock {
    return this.#core.clock;
  }

  /** Resumes what was left open, listens, and only then lets anything happen. @returns the endpoint */
  async start(): Promise<string> {
    const { parts } = this.#core;
    try {
      await parts.load();
      const port = await this.#server.listen(this.#host, this.#port);
      this.#endpoint = `http://${this.#hostName}:${port}`;
    } catch (error) {
      await parts.close();
      throw error;
    }
    // One turn later, when the caller that started the service knows the endpoint.
    setImmediate(() => parts.resume());
    return this.#endpoint;
  }

  onCheckpoint(listener: CheckpointListener): () => void {
    return this.#core.onCheckpoint(listener);
  }

  onEvent(listener: HistoryListener): () => void {
    return this.#core.onEvent(listener);
  }

  killInvocation(durableExecutionArn: string): boolean {
    return this.#core.killInvocation(durableExecutionArn);
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#core.parts.close()]);
  }
}

function createServer(
  { parts, apis, durableApi, faults, calls, clock, log }: ServiceCore,
  guard: OriginGuard,
): ApiServer {
  const { limits } = parts;
  return new ApiServer({
    durableApi,
    functionUrls: createFunctionUrlHandler({
      hasFunction: (name) => parts.environment().findFunction(name) !== undefined,
      invoke: (functionName, payload) => invokeByUrl(apis.invoke, functionName, payload),
      now: () => clock.now(),
    }),
    admin: new AdminApi(parts, faults, calls),
    guard,
    log,
    bodyLimit: (api) => (api === ApiName.INVOKE ? limits.syncPayloadBytes : limits.requestBytes) + BODY_SLACK_BYTES,
  });
}

/** A function URL runs the latest code, and responds when the function, or its execution, has ended. */
async function invokeByUrl(api: InvokeApi, functionName: string, payload: string): Promise<FunctionUrlResult> {
  const call = { functionName, qualifier: '$LATEST', invocationType: 'RequestResponse', payload } as const;
  const { result, executionArn } = await api.invoke(call);
  return { ...result!, ...(executionArn === undefined ? {} : { durableExecutionArn: executionArn }) };
}
