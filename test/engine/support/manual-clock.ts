import type { Clock, Timer } from '../../../lib/engine/base/clock.js';
import { turns } from './turns.js';

interface ManualTimer {
  readonly dueMs: number;
  readonly delayMs: number;
  readonly callback: () => void;
}

/** A clock whose timers fire only when the test lets time pass; turns of the event loop are real. */
export class ManualClock implements Clock {
  /** Every requested delay, in milliseconds. */
  readonly delaysMs: number[] = [];
  readonly #timers = new Set<ManualTimer>();
  #nowMs = 1_767_356_934_930;

  now(): number {
    return this.#nowMs;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer: ManualTimer = { dueMs: this.#nowMs + delayMs, delayMs, callback };
    this.delaysMs.push(delayMs);
    this.#timers.add(timer);
    return timer as unknown as Timer;
  }

  clearTimer(timer: Timer): void {
    this.#timers.delete(timer as unknown as ManualTimer);
  }

  afterThisTurn(callback: () => void): void {
    setImmediate(callback);
  }

  /** Timers that are set and have not fired, by the delay they were set with. */
  get pendingMs(): number[] {
    return [...this.#timers].map((timer) => timer.delayMs);
  }

  /** Lets time pass, firing what comes due in order, each followed by what it sets in motion. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await turns(TURNS_OF_A_CHECKPOINT);
    for (let due = this.#nextDue(untilMs); due; due = this.#nextDue(untilMs)) {
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.dueMs);
      due.callback();
      await turns(TURNS_OF_A_CHECKPOINT);
    }
    this.#nowMs = untilMs;
  }

  #nextDue(untilMs: number): ManualTimer | undefined {
    const due = [...this.#timers].filter((timer) => timer.dueMs <= untilMs);
    return due.sort((one, other) => one.dueMs - other.dueMs)[0];
  }
}

/** A request is sent one turn after the call, and what follows from its response may send another. */
const TURNS_OF_A_CHECKPOINT = 6;
