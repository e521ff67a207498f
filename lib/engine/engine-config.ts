import type { Clock } from './clock.js';
import { ConfigValidationError } from './errors/context-errors.js';
import type { FailureHooks } from './failure-hooks.js';
import type { DurableLogger } from './logging/durable-logger.js';
import type { PluginsConfig } from './plugins/plugin.js';
import type { ConfiguredPlugin } from './plugins/plugin-factory.js';

/** How the engine runs an invocation. */
export interface EngineConfig extends FailureHooks {
  /** Where records of the engine and of `context.logger` go. @defaultValue JSON lines on the console */
  logger?: DurableLogger;
  /**
   * How long the start of a step or context may wait for its own end, so that both travel in one request, in
   * milliseconds; 0 sends it at once. At-most-once steps never wait. @defaultValue 50
   */
  stepStartHoldMs?: number;
  /** Observe the execution, in this order; those of `DURABLE_EXECUTION_PLUGINS` come after them. See `loadPlugins`. */
  plugins?: ConfiguredPlugin[];
  pluginsConfig?: PluginsConfig;
  /** @defaultValue the machine's clock */
  clock?: Clock;
}

/** Long enough for most I/O and several API calls, short enough that a longer step soon shows in the console. */
export const STEP_START_HOLD_MS = 50;

/** @throws {ConfigValidationError} when a value can never be valid */
export function assertValidConfig({ pluginsConfig }: EngineConfig): void {
  const { childOperationsDepth: depth = 0 } = pluginsConfig ?? {};
  if (depth === Infinity || (Number.isInteger(depth) && depth >= 0)) return;
  throw new ConfigValidationError(
    `pluginsConfig.childOperationsDepth is ${depth}. Give a whole number from 0 on, or Infinity for every level.`,
  );
}
