import type { Cancel, ScheduleOptions, ServiceClock } from './clock.js';
import { RealClock } from './real-clock.js';
import { TimerQueue } from './timer-queue.js';

/** Real time that jumps to the next wait or retry as soon as nothing is running. */
export class SkipClock implements ServiceClock {
  readonly #clock = new RealClock();
  /** Only the times of progress, each mirrored by a timer of the clock. */
  readonly #progress = new TimerQueue();
  #holds = 0;
  #skippedMs = 0;
  #planned: NodeJS.Immediate | undefined;

  now(): number {
    return this.#clock.now();
  }

  unskipped(): number {
    return this.now() - this.#skippedMs;
  }

  onSystemClock(atMs: number): number {
    return this.#clock.onSystemClock(atMs);
  }

  schedule(options: ScheduleOptions, run: () => void): Cancel {
    if (options.kind === 'deadline') return this.#clock.schedule(options, run);
    const forget = this.#progress.add(options.atMs, () => undefined);
    const cancel = this.#clock.schedule(options, () => {
      forget();
      run();
      this.#plan();
    });
    this.#plan();
    return () => {
      forget();
      cancel();
    };
  }

  runDue(): void {
    this.#clock.runDue();
  }

  hold(): Cancel {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      this.#plan();
    };
  }

  advance(byMs: number): void {
    this.#clock.advance(byMs);
  }

  close(): void {
    clearImmediate(this.#planned);
    this.#progress.clear();
    this.#clock.close();
  }

  #plan(): void {
    if (this.#holds > 0 || this.#progress.nextAtMs === undefined) return;
    // In one turn of the event loop, code that was just resumed holds the clock first.
    this.#planned ??= setImmediate(() => this.#jump());
  }

  #jump(): void {
    this.#planned = undefined;
    if (this.#holds > 0 || this.#progress.nextAtMs === undefined) return;
    // Not beyond the first deadline on the way: it may end the operation for which time is skipped.
    const nextMs = Math.min(this.#progress.nextAtMs, this.#clock.nextAtMs ?? Infinity);
    const skippedMs = Math.max(0, nextMs - this.now());
    this.#skippedMs += skippedMs;
    this.#clock.advance(skippedMs);
    this.#plan();
  }
}
