import type { Duration } from '../base/duration.js';
import type { DurableLogger } from '../context/logging/durable-logger.js';
import type { Serdes } from '../base/serdes/serdes.js';
import type { StepContext } from './step-config.js';

export type WaitForConditionDecision = { shouldContinue: true; delay: Duration } | { shouldContinue: false };

export type WaitForConditionWaitStrategyFunc<T> = (state: T, attempt: number) => WaitForConditionDecision;

export type WaitForConditionContext<TLogger extends DurableLogger = DurableLogger> = StepContext<TLogger>;

export type WaitForConditionCheckFunc<T, TLogger extends DurableLogger = DurableLogger> = (
  state: T,
  context: WaitForConditionContext<TLogger>,
) => Promise<T>;

export interface WaitForConditionConfig<T> {
  /**
   * Decides after each check whether to continue, and after how long; it receives a copy of the saved state. If it
   * throws, or returns anything except a decision, the operation fails.
   */
  waitStrategy: WaitForConditionWaitStrategyFunc<T>;
  /** The state for the first check, which receives it in its saved and restored form, as every later check does. */
  initialState: T;
  serdes?: Serdes<T>;
}
