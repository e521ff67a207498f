/** Cancels what was scheduled; does nothing after it ran. */
export type Cancel = () => void;

/**
 * What a timer stands for: `progress` moves work forward (a wait, a retry), `deadline` ends it for lack of something
 * (a callback's timeout, an execution's). A clock that skips time jumps only to progress: to jump to a deadline would
 * mean that nobody outside can ever be in time.
 */
export type TimerKind = 'progress' | 'deadline';

export interface ScheduleOptions {
  /** Epoch milliseconds; a moment in the past runs as soon as possible, never synchronously. */
  atMs: number;
  kind: TimerKind;
}

/** The only source of time in the local service; reading the system's clock anywhere else would break skipping. */
export interface ServiceClock {
  /** Epoch milliseconds, whole, never going back. */
  now(): number;
  /**
   * Epoch milliseconds without the time that the clock itself has skipped; how long closed executions are kept goes by it.
   * @defaultValue `now`
   */
  unskipped?(): number;
  schedule(options: ScheduleOptions, run: () => void): Cancel;
  /** Runs, now and in order, everything that is due. */
  runDue(): void;
  /** Time must not be skipped until the returned function is called: something is running. */
  hold(): Cancel;
  /** Moves time forward, running what comes due on the way, in order. */
  advance(byMs: number): void;
  /** Drops every timer. */
  close(): void;
}

/** The time that has passed on a clock without what it has skipped by itself. */
export function unskipped(clock: ServiceClock): number {
  return clock.unskipped?.() ?? clock.now();
}
