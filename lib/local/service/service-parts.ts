import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.js';
import type { Environment } from '../core/environment.js';
import type { ExecutionState } from '../core/execution-state.js';
import { isOpen } from '../core/execution-state.js';
import { abandonInvocation } from '../core/invocation.js';
import type { LocalLimits } from '../core/limits.js';
import type { InvocationRetryPolicy } from '../core/retry-policy.js';
import { fireTimer, timersOf } from '../core/timers.js';
import type { Store } from '../store/store.js';
import { expiryOf } from '../store/store.js';
import { ChainedTargets } from './chained-targets.js';
import { Completions } from './completions.js';
import { Dispatcher } from './dispatcher.js';
import { ExecutionRegistry } from './execution-registry.js';
import type { FunctionCatalog } from './function-catalog.js';
import { Retention } from './retention.js';
import { Scheduler } from './scheduler.js';
import type { PendingEffect } from './transactions.js';
import { Transactions } from './transactions.js';

export interface ServicePartsOptions {
  clock: Clock;
  store: Store;
  functions: FunctionCatalog;
  limits: LocalLimits;
  retryPolicy: InvocationRetryPolicy;
  region: string;
  accountId: string;
}

/** The parts of the service, tied together: transitions on one side, what they set off on the other. */
export class ServiceParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly functions: FunctionCatalog;
  readonly limits: LocalLimits;
  readonly registry: ExecutionRegistry;
  readonly transactions: Transactions;
  readonly completions = new Completions();
  readonly dispatcher: Dispatcher;
  readonly #retention: Retention;
  readonly #scheduler: Scheduler;
  readonly #targets: ChainedTargets;
  readonly #identity: Pick<Environment, 'region' | 'accountId'>;

  constructor({ clock, store, functions, limits, retryPolicy, region, accountId }: ServicePartsOptions) {
    this.clock = clock;
    this.store = store;
    this.functions = functions;
    this.limits = limits;
    this.#identity = { region, accountId };
    this.registry = new ExecutionRegistry(store);
    this.#retention = new Retention(clock, store);
    const environment = () => this.environment();
    const onEffect = (pending: PendingEffect) => this.#perform(pending);
    this.transactions = new Transactions({ registry: this.registry, store, environment, onEffect });
    const { transactions } = this;
    this.#scheduler = new Scheduler(clock, (state, timer) => transactions.run(state, (draft) => fireTimer(draft, timer)));
    const onIdle = (state: ExecutionState, durable: Promise<void>) => this.#release(state, durable);
    this.dispatcher = new Dispatcher({ clock, transactions, functions, retryPolicy, onIdle });
    this.#targets = new ChainedTargets({ clock, transactions, functions, region, accountId });
  }

  environment(): Environment {
    const { clock, limits, functions } = this;
    return {
      nowMs: clock.now(),
      newId: randomUUID,
      limits,
      findFunction: (name) => functions.find(name),
      ...this.#identity,
    };
  }

  /** Reads what a former run of the service left open; from now on it can be asked for. */
  async load(): Promise<void> {
    await this.#retention.sweep();
    for (const state of this.store.openExecutions()) this.registry.add(state);
  }

  /** Lets what was loaded go on, what came due meanwhile first. */
  resume(): void {
    for (const state of [...this.registry.live()]) this.#resume(state);
  }

  async close(): Promise<void> {
    this.clock.close();
    await Promise.all([this.dispatcher.close(), this.#targets.close()]);
    await this.functions.close();
    await this.store.close();
  }

  #resume(state: ExecutionState): void {
    for (const timer of timersOf(state)) this.#scheduler.schedule(state, timer);
    for (const id of state.pending) {
      const target = state.operations.get(id)?.target;
      if (target && target.childId === undefined) this.#targets.run(state, id, target);
    }
    const wasRunning = state.progress.running !== undefined;
    if (wasRunning) this.transactions.run(state, abandonInvocation);
    if (wasRunning || state.untold.size > 0) this.dispatcher.wake(state);
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
        this.#retention.expect(expiryOf(state) as number);
        return this.#release(state, durable);
      default:
        return effect satisfies never;
    }
  }

  #release(state: ExecutionState, durable: Promise<void>): void {
    void durable.then(() => {
      if (!isOpen(state)) this.completions.announce(state);
      this.registry.releaseClosed(state);
    });
  }
}
