import { randomUUID } from 'node:crypto';
import type { ServiceClock } from '../clock/clock.js';
import type { ChainedTarget, ExecutionState } from '../core/execution-state.js';
import { isOpen } from '../core/execution-state.js';
import { functionArnOf } from '../core/function-name.js';
import { errorOf } from '../core/invocation.js';
import type { ChainedOutcome } from '../core/operations/chained-invoke.js';
import { completeChained } from '../core/operations/chained-invoke.js';
import type { FunctionResult } from '../functions/function-runtime.js';
import type { FunctionCatalog } from './function-catalog.js';
import type { Transactions } from './transactions.js';

export interface ChainedTargetsOptions {
  clock: ServiceClock;
  transactions: Transactions;
  functions: FunctionCatalog;
  region: string;
  accountId: string;
}

/** Runs the plain functions that executions invoke: once, or once more after a restart of the service. */
export class ChainedTargets {
  readonly #options: ChainedTargetsOptions;
  readonly #running = new Map<AbortController, Promise<void>>();
  #closed = false;

  constructor(options: ChainedTargetsOptions) {
    this.#options = options;
  }

  run(state: ExecutionState, operationId: string, target: ChainedTarget): void {
    if (this.#closed) return;
    const abort = new AbortController();
    const ended = this.#invoke(target, abort.signal).then((result) => {
      this.#running.delete(abort);
      if (!this.#closed) this.#complete(state, operationId, result);
    });
    this.#running.set(abort, ended);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running];
    for (const [abort] of running) abort.abort();
    await Promise.all(running.map(([, ended]) => ended));
  }

  async #invoke(
    { functionName, version, input, tenantId, traceId }: ChainedTarget,
    signal: AbortSignal,
  ): Promise<FunctionResult> {
    const { functions, clock } = this.#options;
    const release = clock.hold();
    const result = await functions.invoke({
      functionName,
      qualifier: version,
      functionArn: `${functionArnOf(this.#options, functionName)}:${version}`,
      requestId: randomUUID(),
      payload: input ?? '{}',
      signal,
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(traceId === undefined ? {} : { traceId }),
    });
    release();
    return result;
  }

  #complete(state: ExecutionState, operationId: string, result: FunctionResult): void {
    const record = state.pending.has(operationId) && state.operations.get(operationId);
    if (!record || !isOpen(state)) return;
    this.#options.transactions.run(state, (draft) => completeChained(draft, record, chainedOutcomeOf(result)));
  }
}

function chainedOutcomeOf(result: FunctionResult): ChainedOutcome {
  if (result.kind === 'returned') return { status: 'SUCCEEDED', result: result.payload };
  return { status: 'FAILED', error: errorOf(result) ?? {} };
}
