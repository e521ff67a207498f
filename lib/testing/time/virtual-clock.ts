import type { Cancel, ScheduleOptions, ServiceClock } from '../../local/clock/clock.js';
import { TimerQueue } from '../../local/clock/timer-queue.js';
import { nextTurn, setImmediate } from './event-loop.js';

export interface VirtualClockOptions {
  /** The start of time, in epoch milliseconds. */
  startMs: number;
  /** Whether time passes only by `advance()`. */
  isManual: boolean;
}

/**
 * The time of a test. It stands still while code runs. It moves only while the test awaits an execution: then it jumps
 * to the next moment at which something is due. A wait or a retry comes before a timeout of the same moment.
 */
export class VirtualClock implements ServiceClock {
  readonly isManual: boolean;
  readonly #progress = new TimerQueue();
  readonly #deadlines = new TimerQueue();
  #nowMs: number;
  /** Let what a test has stopped continue. */
  readonly #stopped = new Set<() => void>();
  #holds = 0;
  #drivers = 0;
  #isPlanned = false;
  #isRunning = false;
  #isClosed = false;

  constructor({ startMs, isManual }: VirtualClockOptions) {
    this.#nowMs = Math.floor(startMs);
    this.isManual = isManual;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Whether running code keeps time from passing. */
  get isHeld(): boolean {
    return this.#holds > 0;
  }

  /** How many invocations run. */
  get holds(): number {
    return this.#holds;
  }

  /** The next moment at which something is due, in epoch milliseconds. */
  get nextAtMs(): number | undefined {
    const { nextAtMs: progressMs } = this.#progress;
    const { nextAtMs: deadlineMs } = this.#deadlines;
    return progressMs === undefined || deadlineMs === undefined
      ? (progressMs ?? deadlineMs)
      : Math.min(progressMs, deadlineMs);
  }

  schedule({ atMs, kind }: ScheduleOptions, run: () => void): Cancel {
    const queue = kind === 'deadline' ? this.#deadlines : this.#progress;
    const cancel = queue.add(atMs, run);
    if (atMs <= this.#nowMs) setImmediate(() => this.runDue());
    else this.#plan();
    return cancel;
  }

  runDue(): void {
    // The work of a timer asks for due timers as well; the outer loop runs them, in order.
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let run = this.#takeDue(); run; run = this.#takeDue()) run();
    } finally {
      this.#isRunning = false;
      this.#plan();
    }
  }

  hold(): Cancel {
    this.#holds += 1;
    return once(() => {
      this.#holds -= 1;
      this.#plan();
    });
  }

  /**
   * A test stops an execution: it continues as soon as the test lets time pass, because it would keep time from passing.
   *
   * @returns whether it may be stopped: not while something else of the test lets time pass
   */
  stop(goOn: () => void): boolean {
    if (this.#drivers > 1) return false;
    this.#stopped.add(goOn);
    return true;
  }

  /** Lets what a test has stopped continue. */
  goOn(): void {
    for (const goOn of this.#stopped) goOn();
    this.#stopped.clear();
  }

  /** Lets time pass until the returned function is called, unless time is manual. */
  drive(): Cancel {
    this.goOn();
    this.#drivers += 1;
    this.#plan();
    return once(() => (this.#drivers -= 1));
  }

  advance(byMs: number): void {
    this.#moveTo(this.#nowMs + byMs);
  }

  /** Moves to the next due moment that is not after `limitMs`. @returns whether there was one */
  step(limitMs: number): boolean {
    const { nextAtMs } = this;
    if (nextAtMs === undefined || nextAtMs > limitMs) return false;
    this.#moveTo(Math.max(nextAtMs, this.#nowMs));
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#progress.clear();
    this.#deadlines.clear();
  }

  #takeDue(): (() => void) | undefined {
    return this.#progress.takeDue(this.#nowMs) ?? this.#deadlines.takeDue(this.#nowMs);
  }

  #moveTo(targetMs: number): void {
    for (let next = this.nextAtMs; next !== undefined && next <= targetMs; next = this.nextAtMs) {
      this.#nowMs = Math.max(this.#nowMs, next);
      this.runDue();
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs);
  }

  #plan(): void {
    if (this.#isPlanned || !this.#mayJump()) return;
    this.#isPlanned = true;
    // Code that was just resumed holds the clock first; an operation that has just completed calls its listeners.
    void nextTurn()
      .then(nextTurn)
      .then(() => this.#jump());
  }

  #jump(): void {
    this.#isPlanned = false;
    if (this.#mayJump()) this.step(Infinity);
  }

  #mayJump(): boolean {
    return !this.#isClosed && !this.isManual && this.#holds === 0 && this.#drivers > 0 && this.nextAtMs !== undefined;
  }
}

function once(call: () => void): Cancel {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    call();
  };
}
