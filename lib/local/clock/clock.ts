/** Cancels a scheduled callback; does nothing after it ran. */
export type Cancel = () => void;

/**
 * The purpose of a timer: `progress` moves work forward (a wait, a retry), `deadline` ends it because something did not
 * happen (a callback's timeout, an execution's). A clock that skips time jumps only to progress: if it jumped to a
 * deadline, no person could ever respond in time.
 */
export type TimerKind = 'progress' | 'deadline';

export interface ScheduleOptions {
  /** Epoch milliseconds; a time in the past runs as soon as possible, never synchronously. */
  atMs: number;
  kind: TimerKind;
}

/** The only source of time in the local service; reading the system's clock anywhere else would break skipping. */
export interface ServiceClock {
  /** Epoch milliseconds, whole, never going back. */
  now(): number;
  /**
   * Epoch milliseconds without the time that the clock itself has skipped; the retention of closed executions uses it.
   * @defaultValue `now`
   */
  unskipped?(): number;
  /**
   * When the system's clock, which functions read, will show a time of this clock.
   * @defaultValue the same time
   */
  onSystemClock?(atMs: number): number;
  schedule(options: ScheduleOptions, run: () => void): Cancel;
  /** Runs everything that is due, synchronously and in order. */
  runDue(): void;
  /** Time must not be skipped until the returned function is called, because something is running. */
  hold(): Cancel;
  /** Moves time forward, and runs what becomes due, in order. */
  advance(byMs: number): void;
  /** Drops every timer. */
  close(): void;
}

/** @throws {RangeError} for what is no time: from then on there would be none, or it would go back */
export function assertAdvance(byMs: number): void {
  if (Number.isFinite(byMs) && byMs >= 0) return;
  throw new RangeError(`advance() needs a number of milliseconds of at least 0, not ${String(byMs)}.`);
}

/** The time on the system's clock at which a time of the service will have come. */
export function onSystemClock(clock: ServiceClock, atMs: number): number {
  return clock.onSystemClock?.(atMs) ?? atMs;
}

/** The time that has passed on a clock without what it has skipped by itself. */
export function unskipped(clock: ServiceClock): number {
  return clock.unskipped?.() ?? clock.now();
}
