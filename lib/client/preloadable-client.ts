import type { DurableExecutionClient } from '../wire/durable-execution-client.js';

/** The engine's two calls, by a transport that is loaded when first needed, or before. */
export interface PreloadableClient extends DurableExecutionClient {
  /** Loads what the calls need now, for instance while the sandbox is initialised and time is free. */
  preload(): Promise<void>;
}

/** Begins to load at once; a failure is told by the first call, of which there may be none. */
export function preloaded(client: PreloadableClient): PreloadableClient {
  client.preload().catch(() => undefined);
  return client;
}
