import { randomUUID } from 'node:crypto';
import type { ServiceClock } from '../clock/clock.js';
import type { ExecutionState } from '../core/execution-state.js';
import { isOpen, needsInvocation } from '../core/execution-state.js';
import { beginInvocation, endInvocation } from '../core/invocation.js';
import type { InvocationEvent } from '../core/invocation.js';
import type { InvocationRetryPolicy } from '../core/retry-policy.js';
import { inFunctionTime } from './function-time.js';
import type { FunctionCatalog } from './function-catalog.js';
import type { Transactions } from './transactions.js';

export interface DispatcherOptions {
  clock: ServiceClock;
  transactions: Transactions;
  functions: FunctionCatalog;
  retryPolicy: InvocationRetryPolicy;
  /** An invocation of a closed execution ended: none of its invocations runs any more. */
  onIdle: (state: ExecutionState, durable: Promise<void>) => void;
}

/** An invocation that runs, or waits for its turn. */
interface Running {
  readonly abort: AbortController;
  hasBegun: boolean;
  ended: Promise<void>;
}

/** Invokes durable functions: at most one invocation of an execution at a time. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #running = new Map<string, Running>();
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** The number of invocations that run. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** The function has something to do. While it runs, or waits for its next attempt, undelivered changes are kept. */
  wake(state: ExecutionState): void {
    if (this.#closed || !mayBegin(state)) return;
    const { id } = state.start;
    if (this.#running.has(id)) return;
    const release = this.#options.clock.hold();
    const running: Running = { abort: new AbortController(), hasBegun: false, ended: Promise.resolve() };
    running.ended = this.#invoke(state, running).finally(release);
    this.#running.set(id, running);
  }

  /** Kills the running invocation of an execution. @returns whether there was one */
  kill(executionId: string): boolean {
    const running = this.#running.get(executionId);
    if (!running?.hasBegun) return false;
    running.abort.abort();
    return true;
  }

  /** Kills everything that runs; how it ended is not recorded, as after a power failure. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #invoke(state: ExecutionState, running: Running): Promise<void> {
    // The same invocation delivers everything else that becomes due now.
    await Promise.resolve();
    const { transactions, functions, retryPolicy, onIdle } = this.#options;
    const { functionName } = state.start;
    const begin = () => this.#begin(state, running);
    const result = await functions.enqueue({ functionName, signal: running.abort.signal, begin });
    this.#running.delete(state.start.id);
    if (this.#closed) return;
    // The pause was cancelled meanwhile.
    if (!result) return needsInvocation(state) ? this.wake(state) : undefined;
    state.logTail = result.logTail;
    const { durable } = transactions.run(state, (draft) => endInvocation(draft, result, retryPolicy));
    if (!isOpen(state)) onIdle(state, durable);
  }

  /** Its turn has come, and it is recorded, unless it is no longer wanted. */
  #begin(state: ExecutionState, running: Running) {
    if (this.#closed || !mayBegin(state)) return undefined;
    running.hasBegun = true;
    const requestId = randomUUID();
    const { transactions, clock } = this.#options;
    const { value: event } = transactions.run(state, (draft) => beginInvocation(draft, requestId));
    const records = inFunctionTime(event.page.records, state, clock);
    const payload = payloadOf({ ...event, page: { ...event.page, records } });
    return { ...targetOf(state), requestId, payload, signal: running.abort.signal };
  }
}

/**
 * At most one invocation at a time; none while the execution is paused, or waits for the next attempt after a failure.
 */
function mayBegin({ progress }: ExecutionState): boolean {
  return progress.status === 'RUNNING' && !progress.running && progress.retryAtMs === undefined;
}

function targetOf({ start }: ExecutionState) {
  return {
    functionName: start.functionName,
    qualifier: start.version,
    functionArn: start.functionArn,
    durableExecutionArn: start.arn,
    ...(start.clientContext === undefined ? {} : { clientContext: start.clientContext }),
    ...(start.tenantId === undefined ? {} : { tenantId: start.tenantId }),
    ...(start.traceId === undefined ? {} : { traceId: start.traceId }),
  };
}

/** Timestamps in an invocation event are epoch milliseconds, as in the operations in memory. */
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
