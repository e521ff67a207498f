import type { Clock } from '../../base/clock.js';
import { OneTimer } from '../../base/one-timer.js';
import type { ExecutionState } from '../execution-state.js';
import { LONGEST_LEAD_MS, msLeftOf } from './end-moment.js';

/** The part of an invocation that is needed here. */
export interface TiesOf {
  readonly clock: Clock;
  readonly state: Pick<ExecutionState, 'lastEndOutsideMs' | 'findLastEndMs'>;
  readonly checkpointer: { poll(): Promise<void> };
}

/**
 * Completions that may have the same millisecond as the known ones. Over a network there are none by the time at which
 * a response arrives: then nothing here takes time or a call.
 */
export class Ties {
  readonly #invocation: TiesOf;
  readonly #mayOthersEnd: () => boolean;
  readonly #startedMs: number;
  readonly #timer: OneTimer;
  /** The last completion after whose millisecond the service was polled; the same as if there is none to poll for. */
  #polledForMs = -Infinity;

  /** @param mayOthersEnd - whether anything is awaited that only the service completes, or may just have started */
  constructor(invocation: TiesOf, mayOthersEnd: () => boolean) {
    this.#invocation = invocation;
    this.#mayOthersEnd = mayOthersEnd;
    this.#timer = new OneTimer(invocation.clock);
    this.#startedMs = invocation.clock.now();
  }

  /**
   * When the last known completion was recorded that no request of this invocation has brought, in epoch milliseconds.
   */
  lastOtherEndMs(): number {
    const { clock, state } = this.#invocation;
    // Once this invocation has lasted a while, the records of earlier ones are older.
    return clock.now() < this.#startedMs + LONGEST_LEAD_MS ? state.findLastEndMs() : state.lastEndOutsideMs;
  }

  /**
   * Of two completions from outside in the same millisecond, a response may bring only the one that counts as the
   * later. So if the millisecond of a known one still lasts, the service is polled for others when it is over.
   *
   * @returns resolves when all completions are known that come before the known ones; absent if they are
   */
  whenKnown(): Promise<void> | undefined {
    const { state, clock, checkpointer } = this.#invocation;
    const endMs = state.lastEndOutsideMs;
    // Once is enough: a clock that stands still, as in tests, never leaves the millisecond.
    if (endMs === this.#polledForMs || !this.#mayOthersEnd()) return undefined;
    const leftMs = msLeftOf(endMs, clock.now());
    if (leftMs === 0) return undefined;
    this.#polledForMs = endMs;
    return new Promise((resolve) => this.#timer.set(leftMs, () => void checkpointer.poll().then(resolve)));
  }

  /** Stops: no timer is left. */
  stop(): void {
    this.#timer.clear();
  }
}
