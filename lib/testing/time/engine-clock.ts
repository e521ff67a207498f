import type { Clock, Timer } from '../../engine/base/clock.js';
import { clearTimeout, setImmediate, setTimeout } from './event-loop.js';

/** A timer of the engine that has not fired. */
interface ArmedTimer {
  atMs: number;
  fire: () => void;
}

/** Timers shorter than this serve the engine's own timing and are not skipped. */
const SHORTEST_LIMIT_MS = 1000;

/**
 * The clock of the engine under test: it returns virtual time, but its timers run in real time, because virtual time
 * stands still while code runs. Real timers are those of the process, even if the test installs fake timers.
 */
export class EngineClock implements Clock {
  readonly #armed = new Map<Timer, ArmedTimer>();

  /** @param virtualNow - returns virtual time, in epoch milliseconds */
  constructor(private readonly virtualNow: () => number) {}

  now(): number {
    return this.virtualNow();
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const fire = () => {
      this.clearTimer(timer);
      callback();
    };
    const timer = setTimeout(fire, delayMs);
    if (delayMs >= SHORTEST_LIMIT_MS) this.#armed.set(timer, { atMs: this.now() + delayMs, fire });
    return timer;
  }

  clearTimer(timer: Timer): void {
    this.#armed.delete(timer);
    clearTimeout(timer);
  }

  afterThisTurn(callback: () => void): void {
    setImmediate(callback);
  }

  /** Clears the timers of invocations that were killed or hang: they would keep the process alive. */
  close(): void {
    for (const timer of [...this.#armed.keys()]) this.clearTimer(timer);
  }

  /**
   * Fires the timer that is due first, such as the timeout of a step that hangs; a watch of the deadline, which keeps no
   * process alive, ends nothing. @returns whether there was one
   */
  fireNext(): boolean {
    const ending = [...this.#armed].filter(([timer]) => timer.hasRef()).map(([, armed]) => armed);
    const [next] = ending.sort((left, right) => left.atMs - right.atMs);
    next?.fire();
    return next !== undefined;
  }
}
