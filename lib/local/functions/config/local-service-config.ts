import type { DurableSetting } from '../../core/durable-function-config.js';

/** What `durable.config.{ts,mjs,js}` exports: the functions of the local service, and how it runs them. */
export interface LocalServiceConfig {
  /** By name, as `start` and chained invokes call them. */
  functions: Readonly<Record<string, FunctionConfig>>;
  /** @defaultValue 9090 */
  port?: number;
  /**
   * The address to listen on.
   * @defaultValue `127.0.0.1`: only this machine can connect
   */
  host?: string;
  /**
   * Directory that keeps executions over a restart, relative to the config file.
   * @defaultValue absent: they are kept in memory
   */
  data?: string;
  /**
   * How many times faster than real time waits, retries and timeouts pass.
   * @defaultValue 1
   */
  timeScale?: number;
  /**
   * Whether time jumps ahead whenever only waits are left.
   * @defaultValue false
   */
  skipTime?: boolean;
  /** @defaultValue `us-east-1` */
  region?: string;
  /**
   * Whether executions and histories include inputs, results and errors if a call does not say.
   * @defaultValue false, as on AWS
   */
  includeExecutionData?: boolean;
}

/** One function of the local service. */
export interface FunctionConfig {
  /** Path of the module, ES module or CommonJS, relative to the config file. */
  module: string;
  /**
   * Which export of the module is the handler.
   * @defaultValue `handler`
   */
  export?: string;
  /**
   * Makes the function durable, as `DurableConfig` does on AWS; `true` allows an execution the maximum time of the
   * service, 366 days.
   * @defaultValue absent: a plain function
   */
  durable?: DurableSetting;
  /**
   * Seconds that one invocation may take.
   * @defaultValue 900
   */
  timeoutSeconds?: number;
  /** Environment variables of this function only. */
  environment?: Readonly<Record<string, string>>;
  /**
   * How many invocations may run concurrently.
   * @defaultValue 1000
   */
  concurrency?: number;
  /**
   * Megabytes of JavaScript heap.
   * @defaultValue 1024
   */
  memorySizeMb?: number;
  /**
   * Whether Node.js starts with the flags of Lambda's runtimes (`--no-experimental-require-module`,
   * `--no-experimental-detect-module`), so that code that fails on Lambda fails locally. `NODE_OPTIONS` of the function
   * take precedence.
   * @defaultValue true
   */
  lambdaNodeFlags?: boolean;
}

/**
 * Gives an editor the types of a config file; returns the config unchanged.
 *
 * @example
 * ```ts
 * export default defineConfig({
 *   functions: { order: { module: './dist/lambda.js', durable: { executionTimeoutSeconds: 3600 } } },
 * });
 * ```
 */
export function defineConfig(config: LocalServiceConfig): LocalServiceConfig {
  return config;
}
