import { nodeModule } from '../../node-module.js';
import { shared } from '../../process-state.js';

const { setTimeout: sleep } = nodeModule('node:timers/promises');

/** A third of what an account has for everything that looks at executions. */
export const DEFAULT_LOOKS_PER_SECOND = 10;

/**
 * How often this process may look at executions, shared by all that waits for results: each look has its turn in the order
 * in which it was asked for. A second's worth may be used at once.
 */
export class LookBudget {
  #perSecond = DEFAULT_LOOKS_PER_SECOND;
  /** When the looks that were granted will all have had their share, in milliseconds of the clock. */
  #spentUntilMs = 0;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @param perSecond - above 0; `Infinity` for a service without a limit */
  allow(perSecond: number): void {
    if (!(perSecond > 0)) throw new RangeError(`looksPerSecond has to be a number above 0, and is ${perSecond}.`);
    this.#perSecond = perSecond;
  }

  /** Takes the next turn. @returns how long it is until then, in milliseconds */
  reserveMs(): number {
    const [shareMs, nowMs] = [1000 / this.#perSecond, this.nowMs()];
    this.#spentUntilMs = Math.max(nowMs, this.#spentUntilMs) + shareMs;
    return Math.max(0, this.#spentUntilMs - nowMs - Math.max(1000, shareMs));
  }

  /** Waits for the next turn. @throws the reason of the signal */
  async turn(signal?: AbortSignal): Promise<void> {
    const waitMs = this.reserveMs();
    if (waitMs > 0) await sleep(waitMs, undefined, signal && { signal });
  }
}

export const lookBudget = shared('look-budget', () => new LookBudget());
