import type { DurableExecutionClient } from '../wire/durable-execution-client.js';

/** The engine's two calls, through a transport that is loaded when first needed, or earlier. */
export interface PreloadableClient extends DurableExecutionClient {
  /** Loads what the calls need now, for example while the sandbox is initialised and time is free. */
  preload(): Promise<void>;
}

/** Starts to load immediately; the first call reports a failure, if there is a call at all. */
export function preloaded(client: PreloadableClient): PreloadableClient {
  client.preload().catch(() => undefined);
  return client;
}
