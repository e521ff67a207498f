/**
 * The system's time, with one exception: it never stands still or goes back when the system's clock is set back. It
 * follows a clock that is set forward, for example after a machine has slept.
 */
export class SteadyTime {
  #latestMs = Date.now();
  #tickMs = performance.now();

  /** Epoch milliseconds, with a fraction. */
  now(): number {
    const tickMs = performance.now();
    this.#latestMs = Math.max(this.#latestMs + tickMs - this.#tickMs, Date.now());
    this.#tickMs = tickMs;
    return this.#latestMs;
  }
}
