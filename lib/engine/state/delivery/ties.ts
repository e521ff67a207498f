import type { Clock, Timer } from '../../base/clock.js';
import type { ExecutionState } from '../execution-state.js';
import { LONGEST_LEAD_MS, msLeftOf } from './end-moment.js';

/** What is needed of an invocation. */
export interface TiesOf {
  readonly clock: Clock;
  readonly state: Pick<ExecutionState, 'lastEndOutsideMs' | 'findLastEndMs'>;
  readonly checkpointer: { poll(): Promise<void> };
}

/**
 * Ends that may bear the same millisecond as those that are known. Over a network there are none by the time at which an
 * answer arrives: nothing here takes time or a call then.
 */
export class Ties {
  readonly #invocation: TiesOf;
  readonly #mayOthersEnd: () => boolean;
  readonly #startedMs: number;
  #timer: Timer | undefined;

  /** @param mayOthersEnd - whether anything is awaited that only the service ends, or may just have begun */
  constructor(invocation: TiesOf, mayOthersEnd: () => boolean) {
    this.#invocation = invocation;
    this.#mayOthersEnd = mayOthersEnd;
    this.#startedMs = invocation.clock.now();
  }

  /** When the last of the known ends was recorded that no request of this invocation has brought, in epoch milliseconds. */
  lastOtherEndMs(): number {
    const { clock, state } = this.#invocation;
    // Once this invocation has lasted a while, what those before have recorded is older.
    return clock.now() < this.#startedMs + LONGEST_LEAD_MS ? state.findLastEndMs() : state.lastEndOutsideMs;
  }

  /**
   * Of two ends from outside that bear the same millisecond, an answer may bring only the one that counts as the later. So
   * where the millisecond of a known one still lasts, the service is asked for the others when it is over.
   *
   * @returns resolves when all ends are known that go before those that are known now; absent where they are
   */
  whenKnown(): Promise<void> | undefined {
    const { state, clock, checkpointer } = this.#invocation;
    if (!this.#mayOthersEnd()) return undefined;
    const leftMs = msLeftOf(state.lastEndOutsideMs, clock.now());
    if (leftMs === 0) return undefined;
    return new Promise((resolve) => {
      this.#timer = clock.setTimer(() => void checkpointer.poll().then(resolve), leftMs);
    });
  }

  /** No timer is left. */
  stop(): void {
    if (this.#timer !== undefined) this.#invocation.clock.clearTimer(this.#timer);
  }
}
