import { DurablePromise } from '../../base/durable-promise.js';
import type { ActivityCounter } from './activity.js';

/**
 * Keeps an invocation from being suspended while code around the handler works, unless that code itself awaits an
 * operation.
 */
export class Hold {
  #isHeld = false;
  /** Operations that the code around the handler awaits. */
  #awaited = 0;

  constructor(private readonly activity: Pick<ActivityCounter, 'executing'>) {}

  begin(): void {
    this.#change(() => (this.#isHeld = true));
  }

  end(): void {
    this.#change(() => (this.#isHeld = false));
  }

  /** The same operation; while it is awaited, the invocation may be suspended. */
  pausedBy<T>(running: DurablePromise<T>): DurablePromise<T> {
    return new DurablePromise(() => {
      const followed = running.then();
      this.pausedDuring(followed);
      return followed;
    }, running);
  }

  /** Until the promise settles, the invocation may be suspended. */
  pausedDuring(running: PromiseLike<unknown>): void {
    this.#change(() => (this.#awaited += 1));
    const settled = () => this.#change(() => (this.#awaited -= 1));
    running.then(settled, settled);
  }

  get #isInForce(): boolean {
    return this.#isHeld && this.#awaited === 0;
  }

  #change(change: () => unknown): void {
    const before = this.#isInForce;
    change();
    if (before !== this.#isInForce) this.activity.executing(before ? -1 : 1);
  }
}
