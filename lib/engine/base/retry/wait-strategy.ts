import type { WaitForConditionWaitStrategyFunc } from '../../operations/wait-for-condition-config.js';
import { memberOf } from '../../../wire/thrown.js';
import { handled } from '../handled.js';
import { growingDelay, type GrowingDelays } from './growing-delay.js';
import { attemptsOf, checkSettings, refuse } from './strategy-settings.js';

export interface WaitStrategyConfig<T> extends GrowingDelays {
  /** Whether the check must be repeated for this state. */
  shouldContinuePolling: (state: T) => boolean;
  /** The total number of checks, the first included: a whole number of at least 1. @defaultValue 60 */
  maxAttempts?: number;
  /** Has no effect, as in the official SDK: limit the number of checks with `maxAttempts`. */
  timeoutSeconds?: number;
}

const MAKER = 'createWaitStrategy()';

/**
 * Checks until the state will do, with delays that grow by a factor.
 *
 * @throws {ConfigValidationError} when a setting makes no sense
 * @throws {Error} (from the strategy, which fails the operation) when the last of `maxAttempts` checks will not do either
 * @example
 * createWaitStrategy({ shouldContinuePolling: (job) => job.status === 'running', maxAttempts: 20 })
 */
export function createWaitStrategy<T>(config: WaitStrategyConfig<T>): WaitForConditionWaitStrategyFunc<T> {
  checkSettings(config, MAKER);
  const { shouldContinuePolling } = config;
  const maxAttempts = attemptsOf(config.maxAttempts, 60, MAKER);
  const delaySeconds = growingDelay(config, 1.5, MAKER);
  if (typeof shouldContinuePolling !== 'function') {
    refuse(
      `shouldContinuePolling of ${MAKER}`,
      shouldContinuePolling,
      'Give a function of the state that returns a boolean.',
    );
  }
  return (state, attempt) => {
    if (!decided(shouldContinuePolling.call(config, state))) return { shouldContinue: false };
    if (attempt >= maxAttempts) throw new Error(`waitForCondition exceeded maximum attempts (${maxAttempts})`);
    return { shouldContinue: true, delay: { seconds: delaySeconds(attempt) } };
  };
}

/** A promise, or a query that can be awaited, would count as true at every check, whatever its result is. */
function decided(answer: unknown): boolean {
  if (typeof memberOf(answer, 'then') !== 'function') return Boolean(answer);
  if (answer instanceof Promise) void handled(answer);
  throw new TypeError(
    `shouldContinuePolling of ${MAKER} returned a promise. Return true or false: the check itself may be asynchronous.`,
  );
}
