import type { DurablePromise } from '../base/durable-promise.js';
import type { Duration } from '../base/duration.js';
import type { DurableLogger } from '../context/logging/durable-logger.js';
import type { Serdes } from '../base/serdes/serdes.js';
import type { RetryStrategy, StepContext } from './step-config.js';

export interface CreateCallbackConfig<TOutput = string> {
  /** After this the callback fails with `CallbackTimeoutError`. @defaultValue none */
  timeout?: Duration;
  /** Likewise, counted anew from each heartbeat. @defaultValue none */
  heartbeatTimeout?: Duration;
  /**
   * @defaultValue the raw text that the outside system sent, or the very value where this package has sent it:
   * `@CompletesCallback()` and `DurableClient.succeedCallback()`
   */
  serdes?: Omit<Serdes<TOutput>, 'serialize'>;
  /** What is recorded as its kind, as for a step. @defaultValue `Callback` */
  subType?: string;
}

/** The result to await, and the id that the outside system answers to. */
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
