import { OneTimer } from '../../base/one-timer.js';
import type { Clock } from '../../base/clock.js';
import type { OperationScope } from '../../scope.js';

/** How long a body that awaits one may run other code, such as a timer beside it, in milliseconds. */
export const OTHER_CODE_MS = 30_000;

export interface UnrecordedCallsOptions {
  clock: Clock;
  /** Milliseconds until Lambda ends the invocation. */
  remainingMs(): number;
  /** A body has awaited an operation for so long that nothing else can end it. */
  onStuck(operation: OperationScope): void;
}

/**
 * Operations that a body awaits while it runs again for its result, but of which nothing is recorded: they do not run.
 * The body ends without them if it did so before, as when its first run was over before the operation could start. If it
 * does not, the code has changed.
 */
export class UnrecordedCalls {
  readonly #options: UnrecordedCallsOptions;
  readonly #calls: OperationScope[] = [];
  readonly #timer: OneTimer;

  constructor(options: UnrecordedCallsOptions) {
    this.#options = options;
    this.#timer = new OneTimer(options.clock);
  }

  add(operation: OperationScope): void {
    this.#calls.push(operation);
  }

  /** Whether a body has yet to end. Then it has time for that, and the invocation must not be suspended. */
  holdQuiet(): boolean {
    if (!this.#awaited) return false;
    const { remainingMs, onStuck } = this.#options;
    const giveUp = () => this.#awaited && onStuck(this.#awaited);
    if (!this.#timer.isSet) this.#timer.set(Math.min(OTHER_CODE_MS, remainingMs() / 2), giveUp);
    return true;
  }

  stop(): void {
    this.#timer.clear();
  }

  /** The first in a body that has not ended. One that was left for a stop request never does. */
  get #awaited(): OperationScope | undefined {
    return this.#calls.find(({ context }) => !context.isClosed && !context.isLeft);
  }
}
