import { shared } from '../../process-state.js';
import { isEnd } from '../../wire/execution-end.js';
import type { ExecutionStatusChange } from './status-change.js';

/** So many executions are remembered, the last ones. */
const REMEMBERED = 1_000;

type Listener = (change: ExecutionStatusChange) => void;

/**
 * What this process has been told of executions. It is told to whoever waits, and remembered for a while, since the event
 * may come before somebody begins to wait. Events may come twice, and late: an execution that has ended stays ended.
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

  /** What was told last of an execution, if it is remembered. */
  lastOf(executionArn: string): ExecutionStatusChange | undefined {
    return this.#last.get(executionArn);
  }

  /** @returns what ends the listening */
  listen(executionArn: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(executionArn) ?? new Set();
    this.#listeners.set(executionArn, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(executionArn) === listeners) this.#listeners.delete(executionArn);
    };
  }
}

/** Of the process: whichever client waits, and whichever copy of this package was told. */
export const statusChanges = shared('status-changes', () => new StatusChanges());
