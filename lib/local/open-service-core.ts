import type { ServiceClock } from './clock/clock.js';
import { RealClock } from './clock/real-clock.js';
import { SkipClock } from './clock/skip-clock.js';
import type { LocalLimits } from './core/limits.js';
import { DEFAULT_LIMITS } from './core/limits.js';
import { DEFAULT_RETRY_POLICY } from './core/retry-policy.js';
import { createCatalog } from './local-runtime.js';
import type { LocalServiceOptions } from './local-service-options.js';
import { ServiceCore } from './service-core.js';
import { ServiceParts } from './service/service-parts.js';
import { MemoryStore } from './store/memory-store.js';
import { openDataDirectory } from './store/open-data-directory.js';
import type { Store } from './store/store.js';

/**
 * The service without its HTTP transport; none of it runs before `parts.load()` and `parts.resume()`.
 * @param serviceEndpoint where functions in separate processes reach it
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
  const limits = withDefaults(DEFAULT_LIMITS, options.limits);
  const parts = new ServiceParts({
    clock: createClock(options),
    store: await openStore(dataDirectory, limits),
    functions: createCatalog(options, { ...options.workers, region, serviceEndpoint }),
    limits,
    retryPolicy: withDefaults(DEFAULT_RETRY_POLICY, options.retryPolicy),
    region,
    accountId,
    onFailure: options.onFailure ?? (({ message }) => log(`The local service has stopped. ${message}`)),
  });
  return new ServiceCore({ parts, random, includesData: options.includeExecutionData ?? false, log });
}

/** A member that is undefined is an absent one: without a limit, nothing would be limited. */
function withDefaults<T extends object>(defaults: T, given: Partial<T> = {}): T {
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

async function openStore(dataDirectory: string | undefined, { closedExecutionsInMemory }: LocalLimits): Promise<Store> {
  return dataDirectory === undefined ? new MemoryStore(closedExecutionsInMemory) : openDataDirectory(dataDirectory);
}

function createClock({ clock, skipTime = false, timeScale = 1 }: LocalServiceOptions): ServiceClock {
  return clock ?? (skipTime ? new SkipClock() : new RealClock({ scale: timeScale }));
}

function writeError(message: string): void {
  process.stderr.write(`${message}\n`);
}
