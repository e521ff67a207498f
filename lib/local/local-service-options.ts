import type { ServiceClock } from './clock/clock.js';
import type { LocalLimits } from './core/limits.js';
import type { InvocationRetryPolicy } from './core/retry-policy.js';
import type { FunctionSpecs } from './function-spec.js';
import type { FunctionDefinition, FunctionRuntime } from './functions/function-runtime.js';
import type { WorkerFunctionsOptions } from './functions/worker-functions-options.js';

export interface LocalServiceOptions {
  /** Functions by name; or, with a `runtime` that runs them, their definitions. */
  functions: FunctionSpecs | readonly FunctionDefinition[];
  /** Runs the functions. @defaultValue as each function is registered */
  runtime?: FunctionRuntime;
  /** Address to listen on. @defaultValue `127.0.0.1` */
  host?: string;
  /** @defaultValue any free port */
  port?: number;
  /**
   * Further names of the service. Requests to any other name, save `localhost` and IP addresses, are refused, because a
   * web page may have bound it to this machine.
   */
  allowedHosts?: readonly string[];
  /** How many times faster than real time passes. @defaultValue 1 */
  timeScale?: number;
  /** Jump to the next wait or retry whenever nothing is running. @defaultValue false */
  skipTime?: boolean;
  /** Replaces both of the above. */
  clock?: ServiceClock;
  /**
   * Directory that keeps everything acknowledged, through crashes and restarts; needs the package `lmdb`.
   * @defaultValue nothing outlives the process
   */
  dataDirectory?: string;
  limits?: Partial<LocalLimits>;
  retryPolicy?: Partial<InvocationRetryPolicy>;
  /** @defaultValue `us-east-1` */
  region?: string;
  /** Twelve digits. @defaultValue `123456789012` */
  accountId?: string;
  /**
   * Whether executions and histories include inputs, results and errors if a call does not say
   * (`IncludeExecutionData`).
   * @defaultValue false, as on AWS
   */
  includeExecutionData?: boolean;
  /** The random source for faults with a `share`. @defaultValue `Math.random` */
  random?: () => number;
  /**
   * Called when the service has stopped because it can no longer write its data directory; from then on it responds to
   * every call with HTTP 500. @defaultValue the reason goes to `log`
   */
  onFailure?: (failure: Error) => void;
  /** Receives the service's own failures. @defaultValue the standard error stream */
  log?: (message: string) => void;
  /** Settings for functions in separate processes. */
  workers?: Omit<WorkerFunctionsOptions, 'functions' | 'serviceEndpoint' | 'region'>;
}
