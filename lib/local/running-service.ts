import type { Clock } from './clock/clock.js';
import type { FunctionUrlResult } from './functions/function-urls/function-url-handler.js';
import { createFunctionUrlHandler } from './functions/function-urls/function-url-handler.js';
import { AdminApi } from './http/admin-api.js';
import { ApiServer } from './http/api-server.js';
import { CallLog } from './http/call-log.js';
import { Faults } from './http/faults.js';
import { OriginGuard } from './http/origin-guard.js';
import { ApiName } from './http/router.js';
import { eventForm } from './http/wire-form.js';
import type { CheckpointListener, HistoryListener, LocalService } from './local-service.js';
import type { LocalServiceOptions } from './local-service-options.js';
import { CallbackApi } from './service/callback-api.js';
import { CheckpointApi } from './service/checkpoint-api.js';
import { ExecutionApi } from './service/execution-api.js';
import { InvokeApi } from './service/invoke-api.js';
import { Listeners } from './service/listeners.js';
import type { ServiceParts } from './service/service-parts.js';

/** A payload over its own limit is answered by the API's own error rather than by the transport's. */
const BODY_SLACK_BYTES = 1024 * 1024;

/** The parts of the service behind their HTTP front. */
export class RunningService implements LocalService {
  readonly faults: Faults;
  readonly calls = new CallLog();
  readonly #parts: ServiceParts;
  readonly #server: ApiServer;
  readonly #host: string;
  readonly #port: number;
  readonly #checkpointListeners = new Listeners<[arn: string]>();
  #endpoint = '';

  constructor(parts: ServiceParts, options: LocalServiceOptions & { log: (message: string) => void }) {
    const { host = '127.0.0.1', port = 0, allowedHosts = [], random = Math.random, log } = options;
    this.#parts = parts;
    this.#host = host;
    this.#port = port;
    this.faults = new Faults(random);
    this.#server = this.#createServer(new OriginGuard([host, ...allowedHosts]), log);
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  /** Takes up what was left open, listens, and only then lets anything happen. @returns the endpoint */
  async start(): Promise<string> {
    try {
      await this.#parts.load();
      const port = await this.#server.listen(this.#host, this.#port);
      this.#endpoint = `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${port}`;
    } catch (error) {
      await this.#parts.close();
      throw error;
    }
    // A turn later, when whoever started the service knows the endpoint.
    setImmediate(() => this.#parts.resume());
    return this.#endpoint;
  }

  onCheckpoint(listener: CheckpointListener): () => void {
    return this.#checkpointListeners.add(listener);
  }

  onEvent(listener: HistoryListener): () => void {
    return this.#parts.eventListeners.add((arn, event) => listener(arn, eventForm(event, true)));
  }

  killInvocation(durableExecutionArn: string): boolean {
    return this.#parts.dispatcher.kill(durableExecutionArn.slice(durableExecutionArn.lastIndexOf('/') + 1));
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#parts.close()]);
  }

  #createServer(guard: OriginGuard, log: (message: string) => void): ApiServer {
    const parts = this.#parts;
    const { limits, clock } = parts;
    const invoke = new InvokeApi(parts);
    return new ApiServer({
      apis: {
        invoke,
        checkpoint: new CheckpointApi(parts),
        execution: new ExecutionApi(parts),
        callback: new CallbackApi(parts),
      },
      functionUrls: createFunctionUrlHandler({
        hasFunction: (name) => parts.environment().findFunction(name) !== undefined,
        invoke: (functionName, payload) => invokeByUrl(invoke, functionName, payload),
        now: () => clock.now(),
      }),
      admin: new AdminApi(parts, this.faults, this.calls),
      guard,
      faults: this.faults,
      calls: this.calls,
      clock,
      bodyLimit: (api) => (api === ApiName.INVOKE ? limits.syncPayloadBytes : limits.requestBytes) + BODY_SLACK_BYTES,
      onCheckpoint: (arn) => this.#checkpointListeners.tell(arn),
      log,
    });
  }
}

/** A function URL belongs to the latest code, and answers when the function, or its execution, has ended. */
async function invokeByUrl(api: InvokeApi, functionName: string, payload: string): Promise<FunctionUrlResult> {
  const call = { functionName, qualifier: '$LATEST', invocationType: 'RequestResponse', payload } as const;
  const { result, executionArn } = await api.invoke(call);
  return { ...result!, ...(executionArn === undefined ? {} : { durableExecutionArn: executionArn }) };
}
