import type { DurableFunctionConfig } from '../core/durable-function-config.js';

/** How the service runs a function; implemented by worker processes, or in process for tests. */
export interface FunctionRuntime {
  /** Runs one invocation; never rejects because of the function. */
  invoke(request: FunctionInvocation): Promise<FunctionResult>;
  /**
   * For a runtime that queues invocations: creates and runs one when its turn has come.
   *
   * @returns nothing when it never started
   * @defaultValue every invocation can start immediately
   */
  enqueue?(queued: QueuedInvocation): Promise<FunctionResult | undefined>;
  /** The service is reachable: what the runtime does before the first invocation. @defaultValue nothing */
  start?(): void;
  /** Ends workers; no invocation runs afterwards. */
  close(): Promise<void>;
}

/** An invocation that waits for its turn. */
export interface QueuedInvocation {
  functionName: string;
  /** Aborting removes it from the queue, or kills it. */
  signal?: AbortSignal;
  /** Creates the invocation; nothing when it is no longer wanted. */
  begin(): FunctionInvocation | undefined;
}

/** One Lambda call of a function. */
export interface FunctionInvocation {
  functionName: string;
  /** `$LATEST` or a version. */
  qualifier: string;
  /** Qualified. */
  functionArn: string;
  requestId: string;
  /** JSON text. */
  payload: string;
  durableExecutionArn?: string;
  /** Base64 of JSON, as the caller sent it. */
  clientContext?: string;
  tenantId?: string;
  traceId?: string;
  timeoutMs: number;
  /** Aborting kills the invocation. */
  signal?: AbortSignal;
}

/** How an invocation ended; `failed` has a handler's error, `Runtime.ExitError`, `Sandbox.Timedout`, …. */
export type FunctionResult = (
  | { kind: 'returned'; payload: string }
  | { kind: 'failed'; errorType: string; errorMessage: string; stackTrace?: string[] }
) & {
  /** The end of the function's output in this invocation, if its runtime sees that; complete one turn later. */
  logTail?: () => string;
};

/** What the service knows of a function. */
export interface FunctionDefinition {
  name: string;
  /** Absent: a plain function. */
  durable?: DurableFunctionConfig;
  /** @defaultValue 900 */
  timeoutSeconds?: number;
}
