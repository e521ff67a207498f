import type { Clock } from './clock/clock.js';
import { RealClock } from './clock/real-clock.js';
import { SkipClock } from './clock/skip-clock.js';
import type { LocalLimits } from './core/limits.js';
import { DEFAULT_LIMITS } from './core/limits.js';
import { DEFAULT_RETRY_POLICY } from './core/retry-policy.js';
import type { CallLog } from './http/call-log.js';
import type { Faults } from './http/faults.js';
import type { HistoryEventForm } from './http/wire-form.js';
import { createCatalog } from './local-runtime.js';
import type { LocalServiceOptions } from './local-service-options.js';
import { RunningService } from './running-service.js';
import { ServiceCore } from './service-core.js';
import { ServiceParts } from './service/service-parts.js';
import { MemoryStore } from './store/memory-store.js';
import { openDataDirectory } from './store/open-data-directory.js';
import type { Store } from './store/store.js';

export type { LocalServiceOptions } from './local-service-options.js';

/** Told of a checkpoint after it was accepted and before it is answered; the answer waits for a returned promise. */
export type CheckpointListener = (durableExecutionArn: string) => void | Promise<void>;

/** Told of every event of every execution's history, once it cannot be lost any more; times are epoch seconds. */
export type HistoryListener = (durableExecutionArn: string, event: HistoryEventForm) => void;

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
  onEvent(listener: HistoryListener): () => void;
  /** Kills the function's invocation for an execution. @returns whether one was running */
  killInvocation(durableExecutionArn: string): boolean;
  /** Ends the service, and whatever runs on it. */
  close(): Promise<void>;
}

/**
 * Starts the local durable service.
 *
 * @throws {Error} when the port is taken, or the data directory cannot be used
 * @example
 * const service = await startLocalService({ functions: { orders: { handler, durable: { executionTimeoutSeconds: 3600 } } } });
 * const client = new LambdaClient({
 *   endpoint: service.endpoint,
 *   region: 'us-east-1',
 *   credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
 * });
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const endpoint: { url: string } = { url: '' };
  const core = await openServiceCore(options, () => endpoint.url);
  const service = new RunningService(core, options);
  endpoint.url = await service.start();
  return service;
}

/**
 * The service without its HTTP transport; nothing of it runs before `parts.load()` and `parts.resume()`.
 * @param serviceEndpoint where functions in processes of their own reach it
 */
export async function openServiceCore(
  options: LocalServiceOptions,
  serviceEndpoint: () => string,
): Promise<ServiceCore> {
  const {
    dataDirectory,
    region = 'us-east-1',
    accountId = '123456789012',
    random = Math.random,
    log = writeError,
  } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const parts = new ServiceParts({
    clock: createClock(options),
    store: await openStore(dataDirectory, limits),
    functions: createCatalog(options, { ...options.workers, region, serviceEndpoint }),
    limits,
    retryPolicy: { ...DEFAULT_RETRY_POLICY, ...options.retryPolicy },
    region,
    accountId,
    onFailure: options.onFailure ?? (({ message }) => log(`The local service has stopped. ${message}`)),
  });
  return new ServiceCore({ parts, random, includesData: options.includeExecutionData ?? false, log });
}

async function openStore(dataDirectory: string | undefined, { closedExecutionsInMemory }: LocalLimits): Promise<Store> {
  return dataDirectory === undefined ? new MemoryStore(closedExecutionsInMemory) : openDataDirectory(dataDirectory);
}

function createClock({ clock, skipTime = false, timeScale = 1 }: LocalServiceOptions): Clock {
  return clock ?? (skipTime ? new SkipClock() : new RealClock({ scale: timeScale }));
}

function writeError(message: string): void {
  process.stderr.write(`${message}\n`);
}
