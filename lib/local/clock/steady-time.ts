/**
 * The system's time, but for one thing: it never stands still or goes back when somebody sets the system's clock back. It
 * follows a clock that is set forward, as it is after a machine has slept.
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
