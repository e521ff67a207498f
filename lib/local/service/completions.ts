import type { ExecutionState } from '../core/execution-state.js';

/** Callers that wait for executions to close. */
export class Completions {
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Resolves when the execution is closed and that cannot be lost. */
  closed({ start }: Pick<ExecutionState, 'start'>): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(start.id);
      if (waiting) waiting.push(resolve);
      else this.#waiting.set(start.id, [resolve]);
    });
  }

  announce({ start }: Pick<ExecutionState, 'start'>): void {
    const waiting = this.#waiting.get(start.id) ?? [];
    this.#waiting.delete(start.id);
    for (const resolve of waiting) resolve();
  }
}
