import { assertAdvance } from './clock.js';
import type { Cancel, ScheduleOptions, ServiceClock } from './clock.js';
import { TimerQueue } from './timer-queue.js';

/** A clock that stands still until `advance()` is called. */
export class ManualClock implements ServiceClock {
  readonly #queue = new TimerQueue();
  #nowMs: number;
  #planned: NodeJS.Immediate | undefined;

  /** @param startMs epoch milliseconds */
  constructor(startMs: number) {
    if (!Number.isFinite(startMs))
      throw new RangeError(`ManualClock needs its start in epoch milliseconds, not ${String(startMs)}.`);
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  schedule({ atMs }: ScheduleOptions, run: () => void): Cancel {
    if (atMs <= this.#nowMs) this.#planned ??= setImmediate(() => this.runDue());
    return this.#queue.add(atMs, run);
  }

  runDue(): void {
    clearImmediate(this.#planned);
    this.#planned = undefined;
    for (let run = this.#queue.takeDue(this.#nowMs); run; run = this.#queue.takeDue(this.#nowMs)) run();
  }

  hold(): Cancel {
    return () => undefined;
  }

  advance(byMs: number): void {
    assertAdvance(byMs);
    const targetMs = this.#nowMs + byMs;
    for (let next = this.#queue.nextAtMs; next !== undefined && next <= targetMs; next = this.#queue.nextAtMs) {
      this.#nowMs = Math.max(this.#nowMs, next);
      this.runDue();
    }
    this.#nowMs = targetMs;
  }

  close(): void {
    clearImmediate(this.#planned);
    this.#queue.clear();
  }
}
