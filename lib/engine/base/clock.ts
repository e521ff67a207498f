/** A timer that can be cancelled. */
export type Timer = ReturnType<typeof setTimeout>;

/**
 * The engine's source of time. Globals are looked up at each call: test runners replace them after this module is
 * loaded.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, when `now()` has increased by `delayMs`. */
  setTimer(callback: () => void, delayMs: number): Timer;
  clearTimer(timer: Timer): void;
  /** Calls back once, after everything that is ready now has run. */
  afterThisTurn(callback: () => void): void;
}

/** The longest delay of Node's timers; a longer one would fire immediately. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Node's timers fire up to a millisecond early, because they count whole milliseconds of another clock.
  setTimer: (callback, delayMs) => setTimeout(callback, Math.min(delayMs + 1, LONGEST_TIMER_MS)),
  clearTimer: (timer) => clearTimeout(timer),
  afterThisTurn: (callback) => void setImmediate(callback),
};
