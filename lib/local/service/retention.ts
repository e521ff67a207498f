import type { Cancel, ServiceClock } from '../clock/clock.js';
import { unskipped } from '../clock/clock.js';
import type { Store } from '../store/store.js';

/** Removes closed executions when their retention has ended; one timer, for the earliest. */
export class Retention {
  readonly #clock: ServiceClock;
  readonly #store: Store;
  #planned: { atMs: number; cancel: Cancel } | undefined;

  constructor(clock: ServiceClock, store: Store) {
    this.#clock = clock;
    this.#store = store;
  }

  /** Removes expired executions, and from then on whenever one expires. */
  async sweep(): Promise<void> {
    const nextMs = await this.#store.removeExpired(unskipped(this.#clock));
    if (nextMs !== undefined) this.expect(nextMs);
  }

  /** An execution expires at this time, in time that is not skipped. */
  expect(atMs: number): void {
    if (this.#planned && this.#planned.atMs <= atMs) return;
    this.#planned?.cancel();
    // If time is skipped until then, the timer finds nothing and is planned again.
    const clockMs = this.#clock.now() + Math.max(0, atMs - unskipped(this.#clock));
    const cancel = this.#clock.schedule({ atMs: clockMs, kind: 'deadline' }, () => {
      this.#planned = undefined;
      void this.sweep();
    });
    this.#planned = { atMs, cancel };
  }
}
