import type { Clock, Timer } from '../../../lib/engine/base/clock.js';

interface TurnTimer {
  readonly dueMs: number;
  /** Turns that have passed since it was set. */
  turns: number;
  readonly callback: () => void;
}

/** Turns of the event loop before a timer may fire: the time that work takes in these tests, such as to be suspended. */
const TURNS_BEFORE_JUMP = 4;

/** A clock that jumps from timer to timer every few turns of the event loop, so that no test waits for real time. */
export class TurnClock implements Clock {
  readonly #timers = new Set<TurnTimer>();
  #nowMs = 1_767_356_934_930;
  #isTurning = false;

  now(): number {
    return this.#nowMs;
  }

  /** Lets time pass by itself. */
  goOnTo(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer: TurnTimer = { dueMs: this.#nowMs + delayMs, turns: 0, callback };
    this.#timers.add(timer);
    if (!this.#isTurning) this.#turn();
    return timer as unknown as Timer;
  }

  clearTimer(timer: Timer): void {
    this.#timers.delete(timer as unknown as TurnTimer);
  }

  afterThisTurn(callback: () => void): void {
    setImmediate(callback);
  }

  get hasTimers(): boolean {
    return this.#timers.size > 0;
  }

  #turn(): void {
    this.#isTurning = this.#timers.size > 0;
    if (!this.#isTurning) return;
    setImmediate(() => {
      for (const timer of this.#timers) timer.turns += 1;
      this.#jump();
      this.#turn();
    });
  }

  #jump(): void {
    const [first] = [...this.#timers].sort((one, other) => one.dueMs - other.dueMs);
    if (!first || first.turns <= TURNS_BEFORE_JUMP) return;
    this.#timers.delete(first);
    this.#nowMs = Math.max(this.#nowMs, first.dueMs);
    first.callback();
  }
}
