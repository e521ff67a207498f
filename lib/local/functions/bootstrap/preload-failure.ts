import { setTimeout as delay } from 'node:timers/promises';

/** Where `createLambdaHandler()` keeps what all copies of this package in a process have in common. */
const KEY = Symbol.for('nestjs-durable-execution');

/** An application that takes longer is not waited for; its failure is told by the first invocation. */
const PATIENCE_MS = 10_000;

/** Waits for the applications that the module boots ahead of its first invocation. @returns the first that failed */
export async function preloadFailure(): Promise<PromiseRejectedResult | undefined> {
  // They begin in a microtask, when every handler of the module was made.
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
