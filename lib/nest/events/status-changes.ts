import { shared } from '../../process-state.js';
import { isEnd } from '../../wire/execution-end.js';
import type { ExecutionStatusChange } from './status-change.js';

/** The number of remembered executions. */
const REMEMBERED = 1_000;

type Listener = (change: ExecutionStatusChange) => void;

/**
 * The status events that this process has received. Waiting code receives them, and they are remembered for a while,
 * because an event may arrive before code starts to wait. Events may arrive twice, and late: an execution that has
 * ended stays ended.
 */
export class StatusChanges {
  readonly #last = new Map<string, ExecutionStatusChange>();
  readonly #listeners = new Map<string, Set<Listener>>();

  note(change: ExecutionStatusChange): void {
    const { executionArn } = change;
    const known = this.#last.get(executionArn);
    if (known && isEnd(known.status)) return;
    this.#last.delete(executionArn);
    this.#last.set(executionArn, change);
    if (this.#last.size > REMEMBERED) this.#last.delete(this.#last.keys().next().value as string);
    for (const listener of [...(this.#listeners.get(executionArn) ?? [])]) listener(change);
  }

  /** The last event of an execution, if it is remembered. */
  lastOf(executionArn: string): ExecutionStatusChange | undefined {
    return this.#last.get(executionArn);
  }

  /** @returns a function that ends the listening */
  listen(executionArn: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(executionArn) ?? new Set();
    this.#listeners.set(executionArn, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(executionArn) === listeners) this.#listeners.delete(executionArn);
    };
  }
}

/** One for the process, for all clients and all copies of this package. */
export const statusChanges = shared('status-changes', () => new StatusChanges());
