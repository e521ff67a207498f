import type { Clock } from './clock.js';
import type { DurableLogger } from './logging/durable-logger.js';

/** How the engine runs an invocation. */
export interface EngineConfig {
  /** Where records of the engine and of `context.logger` go. @defaultValue JSON lines on the console */
  logger?: DurableLogger;
  /**
   * How long the start of a step or context may wait for its own end, so that both travel in one request, in
   * milliseconds; 0 sends it at once. At-most-once steps never wait. @defaultValue 50
   */
  stepStartHoldMs?: number;
  /** @defaultValue the machine's clock */
  clock?: Clock;
}

/** Long enough for most I/O and several API calls, short enough that a longer step soon shows in the console. */
export const STEP_START_HOLD_MS = 50;
