import type { DurableExecutionClient } from '../wire/durable-execution-client.js';
import type { LambdaConnectionOptions } from '../client/lambda-connection.js';
import type { EngineConfig } from '../engine/engine-config.js';
import type { FailureHooks } from '../engine/failure-hooks.js';

export interface DurableExecutionModuleOptions extends FailureHooks {
  /**
   * Where checkpoints go.
   * @defaultValue the Lambda API, through `@aws-sdk/client-lambda`, which is loaded at the first durable invocation
   */
  client?: DurableExecutionClient;
  /** Region, endpoint or a client of your own, for all that talks to AWS Lambda here. */
  lambda?: LambdaConnectionOptions;
  /**
   * The functions that run `@Durable()` methods, for `DurableClient`: their names or ARNs, with an alias or a version, by
   * the names of the methods.
   * @defaultValue this very function
   */
  functions?: Readonly<Record<string, string>>;
  /**
   * Settings of the engine, the same as of `withDurableExecution`; but its records, and those of `context.logger`, go to the
   * logger of the application unless another is given.
   */
  engine?: EngineConfig;
}

/** Implemented by classes given to `DurableExecutionModule.forRootAsync({ useClass })`. */
export interface DurableExecutionOptionsFactory {
  createDurableExecutionOptions(): DurableExecutionModuleOptions | Promise<DurableExecutionModuleOptions>;
}
