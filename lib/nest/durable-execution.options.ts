import type { DurableExecutionClient } from '../wire/durable-execution-client.js';
import type { EngineConfig } from '../engine/engine-config.js';

export interface DurableExecutionModuleOptions {
  /**
   * Where checkpoints go.
   * @defaultValue the Lambda API, through `@aws-sdk/client-lambda`, which is loaded at the first durable invocation
   */
  client?: DurableExecutionClient;
  /** Settings of the engine, the same as of `withDurableExecution`. */
  engine?: EngineConfig;
}

/** Implemented by classes given to `DurableExecutionModule.forRootAsync({ useClass })`. */
export interface DurableExecutionOptionsFactory {
  createDurableExecutionOptions(): DurableExecutionModuleOptions | Promise<DurableExecutionModuleOptions>;
}
