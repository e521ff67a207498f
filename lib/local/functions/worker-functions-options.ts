import type { BootFailure } from './boot-failure.js';
import type { FunctionInvocation, FunctionResult } from './function-runtime.js';
import type { WorkerFunctionDefinition } from './worker-function-definition.js';
import type { WorkerLogLine } from './worker.js';

export interface WorkerFunctionsOptions {
  functions: readonly WorkerFunctionDefinition[];
  /** URL of the local service, read when the first worker starts; functions find it as `AWS_ENDPOINT_URL_LAMBDA`. */
  serviceEndpoint: () => string;
  /**
   * The base of relative module paths, and the working directory of the functions.
   * @defaultValue the current directory
   */
  baseDirectory?: string;
  /** @defaultValue `us-east-1` */
  region?: string;
  /** Receives the output of functions. */
  log?: (line: WorkerLogLine) => void;
  /** Called for every invocation as it starts; `ended` settles, and never rejects, when it has ended. */
  onInvocation?: (invocation: FunctionInvocation, ended: Promise<FunctionResult>) => void;
  /**
   * Milliseconds after which a worker without work is ended.
   * @defaultValue 300,000
   */
  idleMs?: number;
  /**
   * Milliseconds that a function's module may take to load.
   * @defaultValue 60,000; Lambda allows 10,000, but a laptop may start many workers at the same time
   */
  initTimeoutMs?: number;
  /**
   * Uses code that changes on disk: busy workers finish, later invocations run in new ones.
   * @defaultValue absent: code stays as it was when its worker started
   */
  watch?: {
    onReload: (functionName: string) => void;
    /** Called when watching is not possible; `reload` still works. */
    onError: (error: Error) => void;
  };
  /**
   * Starts every function once as soon as the service is reachable, and again when `watch` sees its code change; called
   * for each that does not start.
   * @defaultValue absent: a function starts with its first invocation
   */
  onBootFailure?: (functionName: string, failure: BootFailure) => void;
  /**
   * The program that each worker runs.
   * @defaultValue the one in this package; it exists once the package is built
   */
  bootstrapPath?: string;
}
