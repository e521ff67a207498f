import type { Draft } from '../core/draft.js';
import type { Environment } from '../core/environment.js';
import type { ExecutionStart, ExecutionState } from '../core/execution-state.js';
import { ServiceError } from '../core/service-error.js';
import type { ExecutionWrite, Store } from '../store/store.js';
import type { BatchEffect } from './batch.js';
import { Batch } from './batch.js';
import type { ExecutionRegistry } from './execution-registry.js';

/** A transition that has happened, and the promise that it cannot be lost. */
export interface Committed<T> {
  value: T;
  durable: Promise<void>;
}

/** An effect of a committed transition. */
export interface PendingEffect extends BatchEffect {
  durable: Promise<void>;
}

export interface TransactionsOptions {
  registry: ExecutionRegistry;
  store: Store;
  environment: () => Environment;
  onEffect: (pending: PendingEffect) => void;
  /** Called for writes when they cannot be lost. */
  onCommitted: (writes: readonly ExecutionWrite[]) => void;
  /** The store cannot write: memory is ahead of it, so nothing more may be done. */
  onFailure: (cause: unknown) => void;
}

/**
 * The only writer. A transition is merged into memory synchronously and reaches the store as one write, with its
 * effects on other executions: a child that starts, a parent that learns of its child's end.
 */
export class Transactions {
  readonly #options: TransactionsOptions;
  #hasFailed = false;

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  /** @throws what the transition throws; then nothing has happened */
  run<T>(state: ExecutionState, transition: (draft: Draft) => T): Committed<T> {
    return this.#commit((batch) => batch.apply(state, transition));
  }

  /** Starts an execution. */
  start(described: Omit<ExecutionStart, 'order'>): Committed<ExecutionState> {
    return this.#commit((batch) => batch.start(described));
  }

  /** A known value, durable when everything committed so far is. */
  barrier<T>(value: T): Committed<T> {
    return { value, durable: this.#write([]) };
  }

  #commit<T>(work: (batch: Batch) => T): Committed<T> {
    const { registry, environment, onEffect } = this.#options;
    if (this.#hasFailed) throw cannotWrite();
    const batch = new Batch(registry, environment());
    const value = work(batch);
    const durable = this.#write(batch.writes);
    for (const { state, effect } of batch.effects) onEffect({ state, effect, durable });
    return { value, durable };
  }

  #write(writes: readonly ExecutionWrite[]): Promise<void> {
    const { store, onCommitted } = this.#options;
    const durable = store.commit(writes).catch((cause: unknown) => {
      this.#fail(cause);
      throw cannotWrite();
    });
    durable.then(
      () => onCommitted(writes),
      () => undefined,
    );
    return durable;
  }

  #fail(cause: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(cause);
  }
}

/** The error for callers; the reason goes to the operator of the service. */
function cannotWrite(): ServiceError {
  return new ServiceError('ServiceException', 500, 'The service can no longer write its data.');
}
