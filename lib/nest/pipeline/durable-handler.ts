import type { DiscoveredHandler } from '../discovery/discovered-handler.js';
import { DURABLE_CONTEXT_TYPE } from '../durable-execution.constants.js';
import { DurableArguments } from './durable-arguments.js';
import type { InvocationScope } from './invocation-scope.js';
import type { Pipeline, PipelineFactory } from './pipeline.factory.js';

/** A `@Durable()` method that can run. */
export class DurableHandler {
  readonly #pipeline: Pipeline;

  constructor(
    readonly found: DiscoveredHandler,
    pipelines: PipelineFactory,
  ) {
    this.#pipeline = pipelines.create(found, { contextType: DURABLE_CONTEXT_TYPE, filters: true });
  }

  /** Runs the pipeline for one invocation on the direct route; the outcome is proposed while it runs. */
  run(scope: InvocationScope): Promise<unknown> {
    return this.#pipeline(scope.input, new DurableArguments(scope));
  }
}
