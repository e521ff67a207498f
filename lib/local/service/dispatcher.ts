import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.js';
import type { ExecutionState } from '../core/execution-state.js';
import { isOpen } from '../core/execution-state.js';
import { beginInvocation, endInvocation } from '../core/invocation.js';
import type { InvocationEvent } from '../core/invocation.js';
import type { InvocationRetryPolicy } from '../core/retry-policy.js';
import type { FunctionResult } from '../functions/function-runtime.js';
import type { FunctionCatalog } from './function-catalog.js';
import type { Transactions } from './transactions.js';

export interface DispatcherOptions {
  clock: Clock;
  transactions: Transactions;
  functions: FunctionCatalog;
  retryPolicy: InvocationRetryPolicy;
  /** An invocation of a closed execution ended: nothing of it is in flight any more. */
  onIdle: (state: ExecutionState, durable: Promise<void>) => void;
}

/** Invokes durable functions: at most one invocation of an execution at a time. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #running = new Map<string, { abort: AbortController; ended: Promise<void> }>();
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Number of invocations in flight. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** The function has something to do. While it runs, or waits for its next try, what it was not told is remembered. */
  wake(state: ExecutionState): void {
    if (this.#closed || !mayBegin(state)) return;
    const { id } = state.start;
    if (this.#running.has(id)) return;
    const abort = new AbortController();
    const release = this.#options.clock.hold();
    const ended = this.#invoke(state, abort.signal).finally(release);
    this.#running.set(id, { abort, ended });
  }

  /** Kills the invocation of an execution that is in flight. @returns whether there was one */
  kill(executionId: string): boolean {
    const running = this.#running.get(executionId);
    running?.abort.abort();
    return running !== undefined;
  }

  /** Kills everything in flight; how it ended is not recorded, as if the power had failed. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #invoke(state: ExecutionState, signal: AbortSignal): Promise<void> {
    // What else comes due at this moment is told by the same invocation.
    await Promise.resolve();
    const result = mayBegin(state) && !this.#closed ? await this.#run(state, signal) : undefined;
    this.#running.delete(state.start.id);
    if (!result || this.#closed) return;
    const { transactions, retryPolicy, onIdle } = this.#options;
    const { durable } = transactions.run(state, (draft) => endInvocation(draft, result, retryPolicy));
    if (!isOpen(state)) onIdle(state, durable);
  }

  #run(state: ExecutionState, signal: AbortSignal): Promise<FunctionResult> {
    const { transactions, functions } = this.#options;
    const requestId = randomUUID();
    const { value: event } = transactions.run(state, (draft) => beginInvocation(draft, requestId));
    return functions.invoke({ ...targetOf(state), requestId, payload: payloadOf(event), signal });
  }
}

/** At most one invocation at a time; none while the execution is paused, or waits for the next try after a failure. */
function mayBegin({ progress }: ExecutionState): boolean {
  return progress.status === 'RUNNING' && !progress.running && progress.retryAtMs === undefined;
}

function targetOf({ start }: ExecutionState) {
  return {
    functionName: start.functionName,
    qualifier: start.version,
    functionArn: start.functionArn,
    durableExecutionArn: start.arn,
    ...(start.tenantId === undefined ? {} : { tenantId: start.tenantId }),
    ...(start.traceId === undefined ? {} : { traceId: start.traceId }),
  };
}

/** Moments inside an invocation event are epoch milliseconds, which is how operations are held (PROTOCOL §1.1). */
function payloadOf({ arn, token, page, updatedIds }: InvocationEvent): string {
  return JSON.stringify({
    DurableExecutionArn: arn,
    CheckpointToken: token,
    InitialExecutionState: {
      Operations: page.records.map(({ operation }) => operation),
      NextMarker: page.nextMarker ?? '',
    },
    UpdatedOperationIds: updatedIds,
  });
}
