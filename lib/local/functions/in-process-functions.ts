import { toRuntimeError } from './bootstrap/runtime-error.js';
import type { FunctionInvocation, FunctionResult, FunctionRuntime } from './function-runtime.js';

/** The part of Lambda's context object that handlers read. */
export interface InProcessContext {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  tenantId?: string | undefined;
  clientContext?: unknown;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
  done(): void;
  fail(): void;
  succeed(): void;
}

export type InProcessHandler = (event: never, context: never) => unknown;

/** As they are when this module is loaded: fake timers of a test, installed later, are to end no invocation. */
const { setTimeout, clearTimeout } = globalThis;
const realNowMs: () => number = performance.now.bind(performance);

/** The longest timer Node can arm. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Runs handlers in this process: for tests, where a killed or timed out handler may continue in the background. */
export class InProcessFunctions implements FunctionRuntime {
  readonly #handlers: Readonly<Record<string, InProcessHandler>>;

  constructor(handlers: Readonly<Record<string, InProcessHandler>>) {
    this.#handlers = handlers;
  }

  async invoke(request: FunctionInvocation): Promise<FunctionResult> {
    let stop: () => void = () => undefined;
    const stopped = new Promise<FunctionResult>((resolve) => {
      stop = watch(request, resolve);
    });
    const result = await Promise.race([stopped, this.#run(request)]);
    stop();
    return result;
  }

  async close(): Promise<void> {
    // Handlers end by themselves; each invocation was ended by its signal.
  }

  async #run(request: FunctionInvocation): Promise<FunctionResult> {
    const handler = this.#handlers[request.functionName] as ((event: unknown, context: unknown) => unknown) | undefined;
    if (!handler) return failure('Runtime.HandlerNotFound', `${request.functionName} has no handler in this process`);
    try {
      const value = await handler(JSON.parse(request.payload), contextOf(request));
      return { kind: 'returned', payload: JSON.stringify(value) ?? 'null' };
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** @returns ends the watch */
function watch(
  { requestId, timeoutMs, signal }: FunctionInvocation,
  end: (result: FunctionResult) => void,
): () => void {
  const seconds = (timeoutMs / 1000).toFixed(2);
  const timedOut = () =>
    end(failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`));
  const killed = () =>
    end(failure('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`));
  const timer = setTimeout(timedOut, Math.min(timeoutMs, LONGEST_TIMEOUT_MS));
  // A test that has ended without closing its service ends its process. Timers of a browser's environment lack this.
  (timer as Partial<NodeJS.Timeout>).unref?.();
  if (signal?.aborted) killed();
  signal?.addEventListener('abort', killed);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', killed);
  };
}

function contextOf(request: FunctionInvocation): InProcessContext {
  const deadlineMs = realNowMs() + request.timeoutMs;
  return {
    awsRequestId: request.requestId,
    functionName: request.functionName,
    functionVersion: request.qualifier,
    invokedFunctionArn: request.functionArn,
    memoryLimitInMB: '128',
    logGroupName: `/aws/lambda/${request.functionName}`,
    logStreamName: 'local',
    tenantId: request.tenantId,
    clientContext: clientContextOf(request),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - realNowMs()),
    done: ignore,
    fail: ignore,
    succeed: ignore,
  };
}

/** As Lambda's runtime passes it: the caller sends it as base64. */
function clientContextOf({ clientContext }: FunctionInvocation): unknown {
  return clientContext === undefined ? undefined : JSON.parse(Buffer.from(clientContext, 'base64').toString('utf8'));
}

function ignore(): void {
  // Lambda's old callbacks; asynchronous handlers do not use them.
}

function failure(errorType: string, errorMessage: string): FunctionResult {
  return { kind: 'failed', errorType, errorMessage };
}

function failureOf(error: unknown): FunctionResult {
  const { errorType, errorMessage, trace } = toRuntimeError(error);
  return { kind: 'failed', errorType, errorMessage, ...(trace.length > 0 && { stackTrace: trace }) };
}
