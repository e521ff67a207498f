import type { Clock } from '../../base/clock.js';
import { OneTimer } from '../../base/one-timer.js';

/**
 * How long a body that awaits none of its operations is assumed to run plain asynchronous code, in milliseconds. It may
 * as well await a promise that never settles, such as another branch's, so the engine cannot wait for it without limit.
 * Only such bodies cost this time: if every body awaits an operation, an invocation suspends immediately.
 */
export const FREE_BODY_GRACE_MS = 20;

/** Counts what runs and what waits. Each method adds to one count, for each operation several times. */
export interface ActivityCounter {
  /** Operations whose body runs, whose update is being saved or whose value is being converted. */
  executing(by: number): void;
  /** Operations that wait for the service and are awaited; a pending retry always counts. */
  blocked(by: number): void;
  /** Operations that wait for the service and are not awaited, but code will see when they end. */
  observed(by: number): void;
  /** Handler, child and branch bodies that await no operation now, so they run code of their own. */
  freeBodies(by: number): void;
}

export interface ActivityOptions {
  clock: Clock;
  /** Whether all updates are saved; starts to send those that were held back. */
  saved(): boolean;
  /** Nothing can continue in this invocation: everything that is left waits for the service. */
  onQuiet(): void;
}

/**
 * Counts what runs and what waits in an invocation, so that it can be suspended as soon as nothing can continue.
 *
 * The counts change with what they count, and are checked one turn of the event loop later, when promise callbacks have
 * run: code that has just received a result can use it.
 */
export class Activity implements ActivityCounter {
  readonly #options: ActivityOptions;
  #executing = 0;
  #blocked = 0;
  #observed = 0;
  #freeBodies = 0;
  /** Increases with every change, so that a grace period can tell whether anything happened in it. */
  changes = 0;
  readonly #grace: OneTimer;
  #checking = false;
  #stopped = false;

  constructor(options: ActivityOptions) {
    this.#options = options;
    this.#grace = new OneTimer(options.clock);
  }

  // Only one more blocked operation, or one fewer of the others, can have been the last missing change; of the others
  // only if any is blocked, which saves a call for nearly every change.

  executing(by: number): void {
    this.changes += 1;
    this.#executing += by;
    if (by < 0 && this.#blocked > 0) this.check();
  }

  blocked(by: number): void {
    this.changes += 1;
    this.#blocked += by;
    if (by > 0) this.check();
  }

  observed(by: number): void {
    this.#observed += by;
  }

  freeBodies(by: number): void {
    this.changes += 1;
    this.#freeBodies += by;
    if (by < 0 && this.#blocked > 0) this.check();
  }

  /** Whether any operation is in progress: it runs, or it waits for the service, which may complete it any time. */
  get isUnderWay(): boolean {
    return this.#executing > 0 || this.#blocked > 0;
  }

  /** How many awaited operations need the service to continue. */
  get blockedCount(): number {
    return this.#blocked;
  }

  /** Whether the service may end any operation of which code will learn. */
  get isAnyExpected(): boolean {
    return this.#blocked > 0 || this.#observed > 0;
  }

  /** Suspends if nothing can continue once everything that is ready has run. */
  check(): void {
    if (this.#checking || !this.#canSuspend()) return;
    this.#checking = true;
    this.#options.clock.afterThisTurn(() => this.#checkNow());
  }

  /** Ends the counting: no timer is left. */
  stop(): void {
    this.#stopped = true;
    this.#grace.clear();
  }

  #checkNow(): void {
    this.#checking = false;
    if (!this.#canSuspend() || !this.#options.saved()) return;
    if (this.#freeBodies === 0) this.#options.onQuiet();
    else if (!this.#grace.isSet) this.#startGrace();
  }

  #canSuspend(): boolean {
    return !this.#stopped && this.#blocked > 0 && this.#executing === 0;
  }

  #startGrace(): void {
    const changesBefore = this.changes;
    this.#grace.set(FREE_BODY_GRACE_MS, () => {
      if (this.changes !== changesBefore) this.check();
      else if (this.#canSuspend() && this.#options.saved()) this.#options.onQuiet();
    });
  }
}
