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
   * Decides after each check whether to go on, and after how long; given a copy of what is saved. What it throws fails the
   * operation, and so does anything but a decision.
   */
  waitStrategy: WaitForConditionWaitStrategyFunc<T>;
  /** What the first check is given, as every later one is: as it comes back from being saved. */
  initialState: T;
  serdes?: Serdes<T>;
}
