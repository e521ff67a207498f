import type { DurableFunctionConfig } from '../core/durable-function-config.js';

/** How the service runs a function; implemented by worker processes, or in process for tests. */
export interface FunctionRuntime {
  /** Runs one invocation; never rejects for what the function did. */
  invoke(request: FunctionInvocation): Promise<FunctionResult>;
  /**
   * Of a runtime in which invocations queue: runs one that is made only when its turn has come.
   *
   * @returns nothing when it never began
   * @defaultValue every invocation can begin at once
   */
  enqueue?(queued: QueuedInvocation): Promise<FunctionResult | undefined>;
  /** The service is reachable: what the runtime does before the first invocation. @defaultValue nothing */
  start?(): void;
  /** Ends workers; no invocation is in flight afterwards. */
  close(): Promise<void>;
}

/** An invocation that waits for its turn. */
export interface QueuedInvocation {
  functionName: string;
  /** Aborting takes it out of the queue, or kills it. */
  signal?: AbortSignal;
  /** Makes the invocation; nothing when it is not wanted any more. */
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

/** How an invocation ended; `failed` carries a handler's error, `Runtime.ExitError`, `Sandbox.Timedout`, …. */
export type FunctionResult = (
  | { kind: 'returned'; payload: string }
  | { kind: 'failed'; errorType: string; errorMessage: string; stackTrace?: string[] }
) & {
  /** The end of what the function wrote in this invocation, where its runtime sees that; complete a turn later. */
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
