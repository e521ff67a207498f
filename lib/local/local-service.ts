import type { Clock } from './clock/clock.js';
import { RealClock } from './clock/real-clock.js';
import { SkipClock } from './clock/skip-clock.js';
import type { LocalLimits } from './core/limits.js';
import { DEFAULT_LIMITS } from './core/limits.js';
import type { InvocationRetryPolicy } from './core/retry-policy.js';
import { DEFAULT_RETRY_POLICY } from './core/retry-policy.js';
import type { FunctionDefinition, FunctionRuntime } from './functions/function-runtime.js';
import type { FunctionUrlResult } from './functions/function-urls/function-url-handler.js';
import { createFunctionUrlHandler } from './functions/function-urls/function-url-handler.js';
import type { WorkerFunctionsOptions } from './functions/worker-functions.js';
import { AdminApi } from './http/admin-api.js';
import { ApiServer } from './http/api-server.js';
import { CallLog } from './http/call-log.js';
import { Faults } from './http/faults.js';
import { OriginGuard } from './http/origin-guard.js';
import { ApiName } from './http/router.js';
import type { HistoryEventForm } from './http/wire-form.js';
import { eventForm } from './http/wire-form.js';
import type { FunctionSpecs } from './local-runtime.js';
import { LocalRuntime, definitionsOf } from './local-runtime.js';
import { CallbackApi } from './service/callback-api.js';
import { CheckpointApi } from './service/checkpoint-api.js';
import { ExecutionApi } from './service/execution-api.js';
import { FunctionCatalog } from './service/function-catalog.js';
import { InvokeApi } from './service/invoke-api.js';
import { Listeners } from './service/listeners.js';
import { ServiceParts } from './service/service-parts.js';
import { MemoryStore } from './store/memory-store.js';
import { openDataDirectory } from './store/open-data-directory.js';

export interface LocalServiceOptions {
  /** Functions by name; or, beside a `runtime` that runs them, what the service has to know of them. */
  functions: FunctionSpecs | readonly FunctionDefinition[];
  /** Runs the functions. @defaultValue as each function's registration says */
  runtime?: FunctionRuntime;
  /** Address to listen on. @defaultValue `127.0.0.1` */
  host?: string;
  /** @defaultValue any that is free */
  port?: number;
  /** Further host names under which the service may be called. */
  allowedHosts?: readonly string[];
  /** How many times faster than real time passes. @defaultValue 1 */
  timeScale?: number;
  /** Jump to the next wait or retry whenever nothing is running. @defaultValue false */
  skipTime?: boolean;
  /** Replaces both of the above. */
  clock?: Clock;
  /**
   * Directory that keeps everything acknowledged, through crashes and restarts; needs the package `lmdb`.
   * @defaultValue nothing outlives the process
   */
  dataDirectory?: string;
  limits?: Partial<LocalLimits>;
  retryPolicy?: Partial<InvocationRetryPolicy>;
  /** @defaultValue `us-east-1` */
  region?: string;
  /** Twelve digits. @defaultValue `123456789012` */
  accountId?: string;
  /** Draws for faults with a `share`. @defaultValue `Math.random` */
  random?: () => number;
  /** Takes the service's own complaints. @defaultValue `console.error` */
  log?: (message: string) => void;
  /** Where functions in processes of their own run and write to. */
  workers?: Omit<WorkerFunctionsOptions, 'functions' | 'serviceEndpoint' | 'region'>;
}

/** Told of a checkpoint after it was accepted and before it is answered; the answer waits for a returned promise. */
export type CheckpointListener = (durableExecutionArn: string) => void | Promise<void>;

/** Told of every event of every execution's history, once it cannot be lost any more; times are epoch seconds. */
export type EventListener = (durableExecutionArn: string, event: HistoryEventForm) => void;

/** A local stand-in for the durable side of AWS Lambda, for development and tests. */
export interface LocalService {
  /** For the `endpoint` of an AWS client. */
  readonly endpoint: string;
  /** Failures on demand. */
  readonly faults: Faults;
  /** What was asked of the service. */
  readonly calls: CallLog;
  readonly clock: Clock;
  /** @returns ends the listening */
  onCheckpoint(listener: CheckpointListener): () => void;
  /** @returns ends the listening */
  onEvent(listener: EventListener): () => void;
  /** Kills the function's invocation for an execution. @returns whether one was running */
  killInvocation(durableExecutionArn: string): boolean;
  /** Ends the service, and whatever runs on it. */
  close(): Promise<void>;
}

/**
 * Starts the local durable service.
 *
 * @throws {Error} when the port is taken
 * @example
 * const service = await startLocalService({ functions: { orders: { handler, durable: { executionTimeoutSeconds: 3600 } } } });
 * const client = new LambdaClient({
 *   endpoint: service.endpoint,
 *   region: 'us-east-1',
 *   credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
 * });
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const { host = '127.0.0.1', region = 'us-east-1', accountId = '123456789012', log = console.error } = options;
  const clock = clockOf(options);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const retryPolicy = { ...DEFAULT_RETRY_POLICY, ...options.retryPolicy };
  let endpoint = '';
  const functions = catalogOf(options, { ...options.workers, region, serviceEndpoint: () => endpoint });
  const store = options.dataDirectory === undefined ? new MemoryStore() : await openDataDirectory(options.dataDirectory);
  const parts = new ServiceParts({ clock, store, functions, limits, retryPolicy, region, accountId, log });
  const faults = new Faults(options.random ?? Math.random);
  const calls = new CallLog();
  const checkpointListeners = new Listeners<[arn: string]>();
  const invokeApi = new InvokeApi(parts);
  const server = new ApiServer({
    apis: {
      invoke: invokeApi,
      checkpoint: new CheckpointApi(parts),
      execution: new ExecutionApi(parts),
      callback: new CallbackApi(parts),
    },
    functionUrls: createFunctionUrlHandler({
      hasFunction: (name) => parts.environment().findFunction(name) !== undefined,
      invoke: (functionName, payload) => invokeByUrl(invokeApi, functionName, payload),
      now: () => clock.now(),
    }),
    admin: new AdminApi(parts, faults, calls),
    guard: new OriginGuard([host, ...(options.allowedHosts ?? [])]),
    faults,
    calls,
    clock,
    bodyLimit: (api) => (api === ApiName.INVOKE ? limits.syncPayloadBytes : limits.requestBytes) + BODY_SLACK_BYTES,
    onCheckpoint: (arn) => checkpointListeners.tell(arn),
    log,
  });
  await parts.load();
  endpoint = await listen(server, parts, options);
  parts.resume();
  return {
    endpoint,
    faults,
    calls,
    clock,
    onCheckpoint: (listener) => checkpointListeners.add(listener),
    onEvent: (listener) => parts.eventListeners.add((arn, event) => listener(arn, eventForm(event, true))),
    killInvocation: (arn) => parts.dispatcher.kill(arn.slice(arn.lastIndexOf('/') + 1)),
    close: async () => {
      await Promise.all([server.close(), parts.close()]);
    },
  };
}

/** A function URL belongs to the latest code, and answers when the function, or its execution, has ended. */
async function invokeByUrl(api: InvokeApi, functionName: string, payload: string): Promise<FunctionUrlResult> {
  const call = { functionName, qualifier: '$LATEST', invocationType: 'RequestResponse', payload } as const;
  const { result, executionArn } = await api.invoke(call);
  return { ...result!, ...(executionArn === undefined ? {} : { durableExecutionArn: executionArn }) };
}

async function listen(server: ApiServer, parts: ServiceParts, { host = '127.0.0.1', port = 0 }: LocalServiceOptions): Promise<string> {
  try {
    const bound = await server.listen(host, port);
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  } catch (error) {
    await parts.close();
    throw error;
  }
}

/** A payload over its own limit is answered by the API's own error rather than by the transport's. */
const BODY_SLACK_BYTES = 1024 * 1024;

function clockOf({ clock, skipTime = false, timeScale = 1 }: LocalServiceOptions): Clock {
  return clock ?? (skipTime ? new SkipClock() : new RealClock({ scale: timeScale }));
}

function catalogOf(
  { functions, runtime }: LocalServiceOptions,
  workerOptions: Omit<WorkerFunctionsOptions, 'functions'>,
): FunctionCatalog {
  if (!isDefinitions(functions)) {
    return new FunctionCatalog(definitionsOf(functions), runtime ?? new LocalRuntime(functions, workerOptions));
  }
  if (!runtime) throw new TypeError('Functions given as a list need a `runtime` that runs them.');
  return new FunctionCatalog(functions, runtime);
}

function isDefinitions(functions: LocalServiceOptions['functions']): functions is readonly FunctionDefinition[] {
  return Array.isArray(functions);
}
