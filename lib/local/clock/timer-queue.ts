import type { Cancel } from './clock.js';
import { MinHeap } from './min-heap.js';

interface Timer {
  atMs: number;
  order: number;
  run: (() => void) | undefined;
}

/** Cancelled timers stay in the heap until there are this many and they are the larger part. */
const SWEEP_THRESHOLD = 1024;

/** Timers in the order in which they become due; equal times in the order of scheduling. */
export class TimerQueue {
  readonly #heap = new MinHeap<Timer>(
    (left, right) => left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order),
  );
  #order = 0;
  #cancelled = 0;

  /** The number of timers, including cancelled ones that are still in the heap. */
  get size(): number {
    return this.#heap.size;
  }

  /** The time of the earliest timer. */
  get nextAtMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap.peek()?.atMs;
  }

  add(atMs: number, run: () => void): Cancel {
    const timer: Timer = { atMs, run, order: this.#order++ };
    this.#heap.push(timer);
    return () => this.#cancel(timer);
  }

  /** Removes the earliest timer that is due. */
  takeDue(nowMs: number): (() => void) | undefined {
    this.#dropCancelled();
    const timer = this.#heap.peek();
    if (!timer || timer.atMs > nowMs) return undefined;
    this.#heap.pop();
    return this.#release(timer);
  }

  clear(): void {
    this.#heap.retain(() => false);
    this.#cancelled = 0;
  }

  #cancel(timer: Timer): void {
    if (!timer.run) return;
    this.#release(timer);
    this.#cancelled += 1;
    if (this.#cancelled < SWEEP_THRESHOLD || this.#cancelled * 2 < this.#heap.size) return;
    this.#heap.retain(({ run }) => run !== undefined);
    this.#cancelled = 0;
  }

  #release(timer: Timer): (() => void) | undefined {
    const { run } = timer;
    timer.run = undefined;
    return run;
  }

  #dropCancelled(): void {
    for (let top = this.#heap.peek(); top && !top.run; top = this.#heap.peek()) {
      this.#heap.pop();
      this.#cancelled -= 1;
    }
  }
}
