import type { DurablePromise } from '../base/durable-promise.js';
import type { Duration } from '../base/duration.js';
import type { DurableLogger } from '../context/logging/durable-logger.js';
import type { Serdes } from '../base/serdes/serdes.js';
import type { RetryStrategy, StepContext } from './step-config.js';

export interface CreateCallbackConfig<TOutput = string> {
  /** After this time the callback fails with `CallbackTimeoutError`. @defaultValue none */
  timeout?: Duration;
  /** The same, restarted by each heartbeat. @defaultValue none */
  heartbeatTimeout?: Duration;
  /**
   * @defaultValue the raw text that the outside system sent, or the same value if this package has sent it:
   *   `@CompletesCallback()` and `DurableClient.succeedCallback()`
   */
  serdes?: Omit<Serdes<TOutput>, 'serialize'>;
  /** The recorded subtype, as for a step. @defaultValue `Callback` */
  subType?: string;
}

/** The result to await, and the id by which the outside system completes the callback. */
export type CreateCallbackResult<TOutput = string> = [DurablePromise<TOutput>, string];

export interface WaitForCallbackConfig<TOutput = string> extends Omit<CreateCallbackConfig<TOutput>, 'subType'> {
  /** For the step that runs the submitter. @defaultValue `retryPresets.default` */
  retryStrategy?: RetryStrategy;
}

export type WaitForCallbackContext<TLogger extends DurableLogger = DurableLogger> = StepContext<TLogger>;

export type WaitForCallbackSubmitterFunc<TLogger extends DurableLogger = DurableLogger> = (
  callbackId: string,
  context: WaitForCallbackContext<TLogger>,
) => Promise<void>;
