import type { DurableContext, DurableExecutionConfig } from 'nestjs-durable-execution/engine';

/** What a requirement's handler is; what it takes and returns is JSON that only the requirement knows. */
export type ConformanceHandler<TEvent = never> = (event: TEvent, context: DurableContext) => Promise<unknown>;

export interface RegisteredHandler {
  handler: ConformanceHandler;
  /** Plugins, above all. */
  config: DurableExecutionConfig;
}

const registered = new Map<string, RegisteredHandler>();

/** Says which handler meets a requirement; a file of `handlers/` does so for each requirement of its suite. */
export function register<TEvent>(
  id: string,
  handler: ConformanceHandler<TEvent>,
  config: DurableExecutionConfig = {},
): void {
  if (registered.has(id)) throw new Error(`${id} has two handlers.`);
  registered.set(id, { handler: handler, config });
}

export function registeredHandler(id: string): RegisteredHandler | undefined {
  return registered.get(id);
}
