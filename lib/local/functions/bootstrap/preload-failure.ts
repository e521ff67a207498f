import { setTimeout as delay } from 'node:timers/promises';

/** The key under which `createLambdaHandler()` keeps the shared state of all copies of this package in a process. */
const KEY = Symbol.for('nestjs-durable-execution');

/** An application that takes longer is not awaited; the first invocation reports its failure. */
const PATIENCE_MS = 10_000;

/** Waits for the applications that the module boots before its first invocation. @returns the first that failed */
export async function preloadFailure(): Promise<PromiseRejectedResult | undefined> {
  // They start in a microtask, when every handler of the module has been created.
  await Promise.resolve();
  const state = (globalThis as { [KEY]?: { values?: Map<string, unknown> } })[KEY];
  const preloads = state?.values?.get('preloads') as Iterable<Promise<unknown>> | undefined;
  if (!preloads) return undefined;
  const patience = new AbortController();
  const settled = Promise.allSettled(preloads);
  const none = delay(PATIENCE_MS, [] as never[], { signal: patience.signal }).catch(() => []);
  const results = await Promise.race([settled, none]);
  patience.abort();
  for (const result of results) if (result.status === 'rejected') return result;
  return undefined;
}
