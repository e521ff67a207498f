import { nodeModule } from '../../node-module.js';
import { shared } from '../../process-state.js';

/** A third of an account's limit for everything that reads executions. */
const DEFAULT_LOOKS_PER_SECOND = 10;

/**
 * How often this process may poll executions, shared by everything that awaits results. Requests are granted in the
 * order in which they were made. The requests of one second may be used in a burst.
 */
export class LookBudget {
  #perSecond = DEFAULT_LOOKS_PER_SECOND;
  /** When the granted requests will have used their share, in milliseconds of the clock. */
  #spentUntilMs = 0;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @param perSecond - above 0; `Infinity` for a service without a limit */
  allow(perSecond: number): void {
    if (!(perSecond > 0)) throw new RangeError(`looksPerSecond must be a number above 0, and is ${perSecond}.`);
    this.#perSecond = perSecond;
  }

  /** Reserves the next request. @returns the delay until then, in milliseconds */
  reserveMs(): number {
    const [shareMs, nowMs] = [1000 / this.#perSecond, this.nowMs()];
    this.#spentUntilMs = Math.max(nowMs, this.#spentUntilMs) + shareMs;
    return Math.max(0, this.#spentUntilMs - nowMs - Math.max(1000, shareMs));
  }

  /** Waits for the next request's turn. @throws the reason of the signal */
  async turn(signal?: AbortSignal): Promise<void> {
    const waitMs = this.reserveMs();
    if (waitMs <= 0) return;
    // Taken when it is used: no start of an application needs it.
    const { setTimeout: sleep } = nodeModule('node:timers/promises');
    await sleep(waitMs, undefined, signal && { signal });
  }
}

export const lookBudget = shared('look-budget', () => new LookBudget());
