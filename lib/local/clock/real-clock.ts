import { object, optional, positiveNumber } from '../functions/config/config-checks.js';
import { assertAdvance } from './clock.js';
import type { Cancel, ScheduleOptions, ServiceClock } from './clock.js';
import { SteadyTime } from './steady-time.js';
import { TimerQueue } from './timer-queue.js';

/**
 * Timers of the system stand still while the machine sleeps, so a long timer is split, and the time is checked in
 * between.
 */
const LONGEST_TIMEOUT_MS = 60_000;

export interface RealClockOptions {
  /** How many times faster than the system's clock time passes. @defaultValue 1 */
  scale?: number;
}

/** The system's time, optionally faster; one system timer serves any number of scheduled moments. */
export class RealClock implements ServiceClock {
  readonly #queue = new TimerQueue();
  readonly #scale: number;
  readonly #time = new SteadyTime();
  readonly #startedAtMs = this.#time.now();
  #skippedMs = 0;
  #armed: { atMs: number; handle: NodeJS.Timeout } | undefined;
  #running = false;

  constructor(options: RealClockOptions = {}) {
    const problem = object({ scale: optional(positiveNumber) })(options, 'options');
    if (problem !== undefined) throw new RangeError(`RealClock: ${problem.replaceAll('options.', '')}.`);
    this.#scale = options.scale ?? 1;
  }

  now(): number {
    const passedMs = this.#time.now() - this.#startedAtMs;
    return Math.floor(this.#startedAtMs + passedMs * this.#scale + this.#skippedMs);
  }

  onSystemClock(atMs: number): number {
    return Math.ceil(this.#startedAtMs + (atMs - this.#skippedMs - this.#startedAtMs) / this.#scale);
  }

  /** The time of the earliest timer. */
  get nextAtMs(): number | undefined {
    return this.#queue.nextAtMs;
  }

  schedule({ atMs }: ScheduleOptions, run: () => void): Cancel {
    const cancel = this.#queue.add(atMs, run);
    this.#arm();
    return cancel;
  }

  runDue(): void {
    // The work of a timer asks for due timers as well; the outer loop runs them, in order.
    if (this.#running) return;
    this.#running = true;
    try {
      for (let run = this.#queue.takeDue(this.now()); run; run = this.#queue.takeDue(this.now())) run();
    } finally {
      this.#running = false;
      this.#arm();
    }
  }

  hold(): Cancel {
    return () => undefined;
  }

  advance(byMs: number): void {
    assertAdvance(byMs);
    const targetMs = this.now() + byMs;
    for (let next = this.#queue.nextAtMs; next !== undefined && next <= targetMs; next = this.#queue.nextAtMs) {
      this.#skipTo(next);
      this.runDue();
    }
    this.#skipTo(targetMs);
    this.#arm();
  }

  close(): void {
    this.#queue.clear();
    this.#disarm();
  }

  #skipTo(atMs: number): void {
    this.#skippedMs += Math.max(0, atMs - this.now());
  }

  #arm(): void {
    const atMs = this.#queue.nextAtMs;
    if (this.#running || atMs === undefined || atMs === this.#armed?.atMs) return;
    this.#disarm();
    const delayMs = Math.ceil(Math.max(0, atMs - this.now()) / this.#scale);
    const handle = setTimeout(() => this.#fire(), Math.min(delayMs, LONGEST_TIMEOUT_MS));
    this.#armed = { atMs, handle };
  }

  #fire(): void {
    this.#armed = undefined;
    this.runDue();
  }

  #disarm(): void {
    clearTimeout(this.#armed?.handle);
    this.#armed = undefined;
  }
}
