import type { DiscoveredHandler } from '../discovery/discovered-handler.js';
import type { DurableArguments } from './durable-arguments.js';
import type { InvocationScope } from './invocation-scope.js';

/** The whole pipeline around a `@Durable()` method: guards, interceptors, pipes, the method, filters. */
export type DurablePipeline = (input: unknown, execution: DurableArguments) => Promise<unknown>;

/** A `@Durable()` method that can run. */
export interface DurableHandler {
  readonly found: DiscoveredHandler;
  /** Runs the pipeline for one invocation on the direct route; the outcome is proposed while it runs. */
  run(scope: InvocationScope): Promise<unknown>;
}
