import type { WorkerFunctionsOptions } from '../worker-functions-options.js';
import { amount, callable, having, limit, list, object, optional, record, text } from './config-checks.js';
import type { Check } from './config-checks.js';
import { functionName } from './config-schema.js';

/** Names of the service; of an IPv6 address, as URLs have it, for the pages that the service itself has at it. */
export const hosts = list(text(/^([^:/\s]+|\[[\da-f:.]+\])$/i, 'the name of a host, without a port'));

export const clock = having('now', 'schedule', 'runDue', 'hold', 'advance', 'close');

export const runtime = having('invoke', 'close');

/** What a runtime of one's own runs is its own matter. */
export const functionsOfRuntime: Check = (value, key) =>
  Array.isArray(value) ? undefined : record(functionName, () => undefined)(value, key);

/** As Node.js passes it on: a value that is undefined is left out. */
export const environment = record(
  text(/^[^=\0]+$/, 'a name of an environment variable'),
  optional(text(/^/, 'a text')),
);

/** Of all functions in processes of their own. */
export const workerSettings = {
  baseDirectory: optional(text()),
  log: optional(callable),
  onInvocation: optional(callable),
  idleMs: optional(amount),
  initTimeoutMs: optional(limit),
  watch: optional(object({ onReload: callable, onError: callable })),
  onBootFailure: optional(callable),
  bootstrapPath: optional(text()),
} satisfies Record<keyof Omit<WorkerFunctionsOptions, 'functions' | 'serviceEndpoint' | 'region'>, Check>;

/** @param fn - the check of each function */
export function workerOptions(fn: Check): Check {
  return object({
    ...workerSettings,
    functions: list(fn),
    serviceEndpoint: callable,
    region: optional(text()),
  } satisfies Record<keyof WorkerFunctionsOptions, Check>);
}
