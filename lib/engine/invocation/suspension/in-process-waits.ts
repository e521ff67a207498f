import { type Clock, LONGEST_TIMER_MS } from '../../base/clock.js';
import { OneTimer } from '../../base/one-timer.js';

/** An operation that waits for the service while something else keeps the invocation alive. */
interface Wait {
  /** Polls without a change. */
  fruitlessPolls: number;
  nextPollMs: number;
}

export interface InProcessWaitsOptions {
  clock: Clock;
  /** Milliseconds until Lambda ends the invocation. */
  remainingMs(): number;
  /** Polls the service for changes. */
  poll(): Promise<void>;
}

/** No poll is started in the invocation's last second: its result could not be used (docs/protocol.md#suspension). */
const DEADLINE_MARGIN_MS = 1000;

const SECOND_MS = 1000;
const SHORT_POLLS = 95;
const LONGEST_SHORT_PAUSE_SECONDS = 10;
const LONG_PAUSE_SECONDS = 60;

/**
 * Completes waiting operations within the invocation while it cannot suspend: polls the service when the first of them
 * is due, with one timer for all. The changes reach the operations through the state that they watch.
 */
export class InProcessWaits {
  readonly #options: InProcessWaitsOptions;
  readonly #waits = new Map<string, Wait>();
  readonly #timer: OneTimer;
  #armedForMs = Infinity;
  #stopped = false;

  constructor(options: InProcessWaitsOptions) {
    this.#options = options;
    this.#timer = new OneTimer(options.clock);
  }

  /** @param dueMs - when the service will have completed it, in epoch milliseconds; `undefined` if that is unknown */
  add(operationId: string, dueMs: number | undefined): void {
    if (this.#stopped) return;
    const nextPollMs = dueMs ?? this.#options.clock.now() + SECOND_MS;
    this.#waits.set(operationId, { fruitlessPolls: 0, nextPollMs });
    if (nextPollMs < this.#armedForMs) this.#arm(nextPollMs);
  }

  remove(operationId: string): void {
    if (this.#waits.delete(operationId) && this.#waits.size === 0) this.#disarm();
  }

  /** Stops waiting: no timer is left. */
  stop(): void {
    this.#stopped = true;
    this.#waits.clear();
    this.#disarm();
  }

  #arm(pollMs: number): void {
    this.#disarm();
    const { clock, remainingMs } = this.#options;
    const delayMs = Math.max(0, pollMs - clock.now());
    if (delayMs > LONGEST_TIMER_MS || delayMs > remainingMs() - DEADLINE_MARGIN_MS) return;
    this.#armedForMs = pollMs;
    this.#timer.set(delayMs, () => void this.#timerFired());
  }

  async #timerFired(): Promise<void> {
    // A clock that stands still, or was set back, shows an earlier time than that for which the timer was set.
    const nowMs = Math.max(this.#armedForMs, this.#options.clock.now());
    this.#disarm();
    if (this.#earliestPollMs() <= nowMs) await this.#poll(nowMs);
    if (this.#waits.size > 0) this.#arm(this.#earliestPollMs());
  }

  async #poll(polledAtMs: number): Promise<void> {
    await this.#options.poll();
    for (const wait of this.#waits.values()) {
      if (wait.nextPollMs <= polledAtMs) this.#postpone(wait);
    }
  }

  #postpone(wait: Wait): void {
    wait.fruitlessPolls += 1;
    const pauseSeconds =
      wait.fruitlessPolls > SHORT_POLLS
        ? LONG_PAUSE_SECONDS
        : Math.min(wait.fruitlessPolls, LONGEST_SHORT_PAUSE_SECONDS);
    wait.nextPollMs = this.#options.clock.now() + pauseSeconds * SECOND_MS;
  }

  #earliestPollMs(): number {
    let earliest = Infinity;
    for (const wait of this.#waits.values()) earliest = Math.min(earliest, wait.nextPollMs);
    return earliest;
  }

  #disarm(): void {
    this.#timer.clear();
    this.#armedForMs = Infinity;
  }
}
