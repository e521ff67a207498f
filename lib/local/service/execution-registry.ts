import type { ExecutionStart, ExecutionState } from '../core/execution-state.js';
import { createState, isOpen } from '../core/execution-state.js';
import { notFound } from '../core/service-error.js';
import type { ExecutionSummary, Store } from '../store/store.js';

/** Finds executions: open ones are in memory, the others are read from the store. */
export class ExecutionRegistry {
  readonly #live = new Map<string, ExecutionState>();
  readonly #liveNames = new Map<string, ExecutionState>();
  readonly #store: Store;
  #lastOrder: number;

  constructor(store: Store) {
    this.#store = store;
    this.#lastOrder = store.lastOrder();
  }

  /** Number of executions in memory. */
  get liveCount(): number {
    return this.#live.size;
  }

  live(): Iterable<ExecutionState> {
    return this.#live.values();
  }

  begin(described: Omit<ExecutionStart, 'order'>, aheadMs: number): ExecutionState {
    this.#lastOrder += 1;
    const state = createState({ ...described, order: this.#lastOrder }, aheadMs);
    this.add(state);
    return state;
  }

  add(state: ExecutionState): void {
    this.#live.set(state.start.id, state);
    this.#liveNames.set(nameKey(state.start), state);
  }

  /** An execution that may still change. */
  findLive(id: string): ExecutionState | undefined {
    return this.#live.get(id);
  }

  findLiveByArn(arn: string): ExecutionState | undefined {
    const state = this.#live.get(arn.slice(arn.lastIndexOf('/') + 1));
    return state?.start.arn === arn ? state : undefined;
  }

  findByArn(arn: string): ExecutionSummary | undefined {
    const id = arn.slice(arn.lastIndexOf('/') + 1);
    const found = this.#live.get(id) ?? this.#store.find(id);
    return found?.start.arn === arn ? found : undefined;
  }

  /** @throws {ServiceError} when there is no such execution */
  require(arn: string): ExecutionSummary {
    const found = this.findByArn(arn);
    if (!found) throw notFound('Durable Execution does not exist');
    return found;
  }

  findByName(functionName: string, name: string): ExecutionSummary | undefined {
    return this.#liveNames.get(nameKey({ functionName, name })) ?? this.#store.findByName(functionName, name);
  }

  /** The latest state of an execution that the store has listed. */
  latest(listed: ExecutionSummary): ExecutionSummary {
    return this.#live.get(listed.start.id) ?? listed;
  }

  /** Releases an execution that is closed, whose function no longer runs, and which the store has saved. */
  releaseClosed(state: ExecutionState): void {
    if (isOpen(state) || state.progress.running) return;
    this.#live.delete(state.start.id);
    if (this.#liveNames.get(nameKey(state.start)) === state) this.#liveNames.delete(nameKey(state.start));
  }
}

function nameKey({ functionName, name }: Pick<ExecutionStart, 'functionName' | 'name'>): string {
  return `${functionName}/${name}`;
}
