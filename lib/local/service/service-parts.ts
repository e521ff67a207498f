import { randomUUID } from 'node:crypto';
import type { ServiceClock } from '../clock/clock.js';
import { unskipped } from '../clock/clock.js';
import type { Environment } from '../core/environment.js';
import type { ExecutionState } from '../core/execution-state.js';
import { isOpen, needsInvocation } from '../core/execution-state.js';
import type { HistoryEvent } from '../core/history-event.js';
import { abandonInvocation } from '../core/invocation.js';
import type { LocalLimits } from '../core/limits.js';
import { restoreState } from '../core/merge.js';
import type { InvocationRetryPolicy } from '../core/retry-policy.js';
import { fireTimer, timersOf } from '../core/timers.js';
import type { ExecutionWrite, Store } from '../store/store.js';
import { ChainedTargets } from './chained-targets.js';
import { Completions } from './completions.js';
import { Dispatcher } from './dispatcher.js';
import { ExecutionRegistry } from './execution-registry.js';
import type { FunctionCatalog } from './function-catalog.js';
import { Listeners } from './listeners.js';
import { Retention } from './retention.js';
import { Scheduler } from './scheduler.js';
import type { PendingEffect } from './transactions.js';
import { Transactions } from './transactions.js';

export interface ServicePartsOptions {
  clock: ServiceClock;
  store: Store;
  functions: FunctionCatalog;
  limits: LocalLimits;
  retryPolicy: InvocationRetryPolicy;
  region: string;
  accountId: string;
  /** Called when the service has stopped because it cannot write its data. */
  onFailure: (failure: Error) => void;
}

/** The parts of the service and their connections: transitions on one side, their effects on the other. */
export class ServiceParts {
  readonly clock: ServiceClock;
  readonly store: Store;
  readonly functions: FunctionCatalog;
  readonly limits: LocalLimits;
  readonly registry: ExecutionRegistry;
  readonly transactions: Transactions;
  readonly completions = new Completions();
  /** Called for every event of every history, once it cannot be lost. */
  readonly eventListeners = new Listeners<[arn: string, event: HistoryEvent]>();
  readonly dispatcher: Dispatcher;
  readonly #retention: Retention;
  readonly #scheduler: Scheduler;
  readonly #targets: ChainedTargets;
  readonly #identity: Pick<Environment, 'region' | 'accountId'>;

  #hasStopped = false;
  readonly #onFailure: (failure: Error) => void;

  constructor({ clock, store, functions, limits, retryPolicy, region, accountId, onFailure }: ServicePartsOptions) {
    this.clock = clock;
    this.#onFailure = onFailure;
    this.store = store;
    this.functions = functions;
    this.limits = limits;
    this.#identity = { region, accountId };
    this.registry = new ExecutionRegistry(store);
    this.#retention = new Retention(clock, store);
    this.transactions = new Transactions({
      registry: this.registry,
      store,
      environment: () => this.environment(),
      onEffect: (pending) => this.#perform(pending),
      onCommitted: (writes) => this.#tell(writes),
      onFailure: (cause) => this.#halt(cause),
    });
    const { transactions } = this;
    this.#scheduler = new Scheduler(clock, (state, timer) =>
      transactions.run(state, (draft) => fireTimer(draft, timer)),
    );
    const onIdle = (state: ExecutionState, durable: Promise<void>) => this.#release(state, durable);
    this.dispatcher = new Dispatcher({ clock, transactions, functions, retryPolicy, onIdle });
    this.#targets = new ChainedTargets({ clock, transactions, functions, region, accountId });
  }

  environment(): Environment {
    const { clock, limits, functions } = this;
    return {
      nowMs: clock.now(),
      unskippedMs: unskipped(clock),
      newId: randomUUID,
      limits,
      findFunction: (name) => functions.find(name),
      ...this.#identity,
    };
  }

  /** Reads what an earlier run of the service left open; from now on it can be requested. */
  async load(): Promise<void> {
    for (const id of [...this.store.deleting()]) await this.store.remove(id);
    await this.#retention.sweep();
    for (const kept of this.store.unfinished()) this.registry.add(restoreState(kept, this.clock.now()));
  }

  /** Lets what was loaded continue, first what became due meanwhile. */
  resume(): void {
    if (this.#hasStopped) return;
    this.functions.start();
    const states = [...this.registry.live()];
    for (const state of states) this.#restore(state);
    // Before any code runs: what has timed out must not go on.
    this.clock.runDue();
    for (const state of states) if (isOpen(state)) this.#goOn(state);
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.functions.close();
    await this.store.close();
  }

  /** From here on nothing happens by itself. */
  async #stop(): Promise<void> {
    this.#hasStopped = true;
    this.clock.close();
    await Promise.all([this.dispatcher.close(), this.#targets.close()]);
  }

  #halt(cause: unknown): void {
    void this.#stop();
    this.#onFailure(cause instanceof Error ? cause : new Error(String(cause)));
  }

  #tell(writes: readonly ExecutionWrite[]): void {
    if (this.eventListeners.isEmpty) return;
    for (const { arn, events } of writes) for (const event of events) void this.eventListeners.tell(arn, event);
  }

  #restore(state: ExecutionState): void {
    const hasEnded = !isOpen(state);
    if (!hasEnded) for (const timer of timersOf(state)) this.#scheduler.schedule(state, timer);
    if (!state.progress.running) return;
    const { durable } = this.transactions.run(state, abandonInvocation);
    if (hasEnded) this.#release(state, durable);
  }

  #goOn(state: ExecutionState): void {
    for (const id of state.pending) {
      const target = state.operations.get(id)?.target;
      if (target && target.childId === undefined) this.#targets.run(state, id, target);
    }
    if (needsInvocation(state)) this.dispatcher.wake(state);
  }

  #perform({ state, effect, durable }: PendingEffect): void {
    switch (effect.kind) {
      case 'schedule':
        return this.#scheduler.schedule(state, effect.timer);
      case 'unschedule':
        return this.#scheduler.unschedule(state, effect.timer);
      case 'wake':
        return this.dispatcher.wake(state);
      case 'run-target':
        return this.#targets.run(state, effect.operationId, effect.target);
      case 'closed':
        this.#scheduler.drop(state);
        this.#retention.expect(state.progress.expiresAtMs as number);
        return this.#release(state, durable);
      case 'delete':
        return this.#release(state, durable);
      default:
        return effect satisfies never;
    }
  }

  #release(state: ExecutionState, durable: Promise<void>): void {
    durable
      .then(async () => {
        this.completions.announce(state);
        if (state.progress.running) return;
        if (state.progress.status === 'DELETING') await this.store.remove(state.start.id);
        this.registry.releaseClosed(state);
      })
      .catch(() => undefined); // The code that writes to the store handles its failure.
  }
}
