import type { Clock, Timer } from './clock.js';

/** A timer that is set at most once at a time. */
export class OneTimer {
  #timer: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** To be called only while it is not set. */
  set(delayMs: number, callBack: () => void): void {
    this.#timer = this.clock.setTimer(() => {
      this.#timer = undefined;
      callBack();
    }, delayMs);
  }

  clear(): void {
    if (this.#timer !== undefined) this.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
