import { Draft } from '../core/draft.js';
import type { Effect } from '../core/effect.js';
import type { Environment } from '../core/environment.js';
import type { ExecutionStart, ExecutionState, OperationRecord } from '../core/execution-state.js';
import { expiryOf, isOpen } from '../core/execution-state.js';
import { merge } from '../core/merge.js';
import { completeChained } from '../core/operations/chained-invoke.js';
import { ServiceError } from '../core/service-error.js';
import { startExecution } from '../core/start-execution.js';
import type { ExecutionWrite, Store } from '../store/store.js';
import { outcomeOfChild } from './child-outcome.js';
import type { ExecutionRegistry } from './execution-registry.js';

/** A transition that has happened, and the moment from which it cannot be lost. */
export interface Committed<T> {
  value: T;
  durable: Promise<void>;
}

/** Something to be done for an execution after a transition. */
export interface PendingEffect {
  state: ExecutionState;
  effect: Exclude<Effect, { kind: 'start-child' }>;
  durable: Promise<void>;
}

export interface TransactionsOptions {
  registry: ExecutionRegistry;
  store: Store;
  environment: () => Environment;
  onEffect: (pending: PendingEffect) => void;
  /** Told of writes once they cannot be lost any more. */
  onCommitted: (writes: readonly ExecutionWrite[]) => void;
  /** The store cannot write: memory is ahead of it, so nothing may be done any more. */
  onFailure: (cause: unknown) => void;
}

/**
 * The only writer. A transition, and what it sets off in other executions (a child that starts, a parent that hears of
 * its child's end), is merged into memory at once and reaches the store as one write.
 */
export class Transactions {
  readonly #options: TransactionsOptions;
  #hasFailed = false;

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  /** @throws what the transition throws; nothing has happened then */
  run<T>(state: ExecutionState, transition: (draft: Draft) => T): Committed<T> {
    return this.#commit((batch) => batch.apply(state, transition));
  }

  /** Starts an execution. */
  start(described: Omit<ExecutionStart, 'order'>): Committed<ExecutionState> {
    return this.#commit((batch) => batch.start(described));
  }

  /** A value that is known already, durable once everything committed so far is. */
  barrier<T>(value: T): Committed<T> {
    return { value, durable: this.#write([]) };
  }

  #commit<T>(work: (batch: Batch) => T): Committed<T> {
    const { registry, environment, onEffect } = this.#options;
    if (this.#hasFailed) throw new ServiceError('ServiceException', 500, 'The service cannot write its data any more.');
    const batch = new Batch(registry, environment());
    const value = work(batch);
    const durable = this.#write(batch.writes);
    for (const { state, effect } of batch.effects) onEffect({ state, effect, durable });
    return { value, durable };
  }

  #write(writes: readonly ExecutionWrite[]): Promise<void> {
    const { store, onCommitted } = this.#options;
    const durable = store.commit(writes);
    durable.then(
      () => onCommitted(writes),
      (cause: unknown) => this.#fail(cause),
    );
    return durable;
  }

  #fail(cause: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(cause);
  }
}

/** Transitions that belong together. */
class Batch {
  readonly writes: ExecutionWrite[] = [];
  readonly effects: Omit<PendingEffect, 'durable'>[] = [];
  readonly #registry: ExecutionRegistry;
  readonly #env: Environment;

  constructor(registry: ExecutionRegistry, env: Environment) {
    this.#registry = registry;
    this.#env = env;
  }

  apply<T>(state: ExecutionState, transition: (draft: Draft) => T): T {
    const isNew = state.order.length === 0;
    const draft = new Draft(state, this.#env);
    const value = transition(draft);
    const change = draft.change();
    merge(state, change);
    this.writes.push({
      id: state.start.id,
      arn: state.start.arn,
      atMs: this.#env.nowMs,
      start: isNew ? state.start : undefined,
      progress: state.progress,
      expiresAtMs: expiryOf(state),
      untold: [...state.untold],
      updated: [...state.updated],
      operations: [...change.operations.values()],
      events: change.events,
    });
    for (const effect of change.effects) this.#follow(state, effect);
    return value;
  }

  start(described: Omit<ExecutionStart, 'order'>): ExecutionState {
    const state = this.#registry.begin(described);
    this.apply(state, startExecution);
    return state;
  }

  #follow(state: ExecutionState, effect: Effect): void {
    if (effect.kind === 'start-child') {
      this.start(effect.start);
      return;
    }
    this.effects.push({ state, effect });
    if (effect.kind === 'closed') this.#tellParent(state);
  }

  #tellParent(child: ExecutionState): void {
    const { parent } = child.start;
    const state = parent && this.#registry.findLive(parent.executionId);
    if (!state || !isOpen(state) || !state.pending.has(parent.operationId)) return;
    const record = state.operations.get(parent.operationId) as OperationRecord;
    this.apply(state, (draft) => completeChained(draft, record, outcomeOfChild(child)));
  }
}
