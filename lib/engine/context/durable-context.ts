import type { Duration } from '../duration.js';
import type { DurablePromise } from '../durable-promise.js';
import type { LambdaContext } from '../lambda-context.js';
import type { DurableContextLogger, DurableLogger, LoggerConfig } from '../logging/durable-logger.js';
import type {
  CreateCallbackConfig,
  CreateCallbackResult,
  WaitForCallbackConfig,
  WaitForCallbackSubmitterFunc,
} from '../operations/callback-config.js';
import type { ChildConfig, ChildFunc } from '../operations/child-context-config.js';
import type { StepConfig, StepFunc } from '../operations/step-config.js';
import type { SerdesConfig } from '../serdes/serdes.js';

/**
 * The durable operations of one execution, or of one child context in it.
 *
 * Each call takes the next position in its context at once, in program order, and starts its operation; awaiting the
 * promise only follows it. On replay an operation that has ended returns its saved result without running anything, so
 * code between operations must be deterministic.
 *
 * @typeParam TLogger - type of the configured logger
 */
export interface DurableContext<TLogger extends DurableLogger = DurableLogger> {
  /** The Lambda runtime's own context of this invocation. */
  lambdaContext: LambdaContext;
  /** Drops records while this context replays, so that each is written once. */
  logger: DurableContextLogger<TLogger>;
  executionContext: { readonly durableExecutionArn: string };

  /**
   * Runs a function whose result is saved: on replay it is not run again.
   *
   * Persisted: the result (at most 256 KiB as text), or the error and the time of the next attempt.
   * The value returned has been through the serdes on the first run too.
   *
   * @param name - printable ASCII, at most 256 characters
   * @throws {StepError} when the last attempt failed; its `cause` carries the name and message of what was thrown
   * @example
   * const stock = await context.step('reserve stock', () => warehouse.reserve(order));
   */
  step<TOutput>(
    name: string | undefined,
    fn: StepFunc<TOutput, TLogger>,
    config?: StepConfig<TOutput>,
  ): DurablePromise<TOutput>;
  step<TOutput>(fn: StepFunc<TOutput, TLogger>, config?: StepConfig<TOutput>): DurablePromise<TOutput>;

  /**
   * Waits without an invocation running, 1 second to 366 days; fractions of a second are rounded up.
   *
   * Persisted: the moment at which the wait ends, which the service keeps.
   */
  wait(name: string, duration: Duration): DurablePromise<void>;
  wait(duration: Duration): DurablePromise<void>;

  /**
   * Creates a callback: resolves to the promise of its result and the id with which an outside system completes it.
   *
   * Persisted: the callback id, which is the same on every replay. The result is the raw text sent, unless `serdes` says
   * otherwise. Errors surface when the result's promise is awaited.
   *
   * @throws {CallbackTimeoutError} (from the result's promise) when a timeout passed
   * @throws {CallbackExternalError} (from the result's promise) when the outside system reported a failure
   */
  createCallback<TOutput = string>(
    name: string | undefined,
    config?: CreateCallbackConfig<TOutput>,
  ): DurablePromise<CreateCallbackResult<TOutput>>;
  createCallback<TOutput = string>(
    config?: CreateCallbackConfig<TOutput>,
  ): DurablePromise<CreateCallbackResult<TOutput>>;

  /**
   * Creates a callback, runs `submitter` as a step with its id, and waits for the result, in a context of its own.
   *
   * @throws {CallbackSubmitterError} when the submitter's last attempt failed
   * @throws {CallbackTimeoutError} when a timeout passed
   * @throws {CallbackExternalError} when the outside system reported a failure
   */
  waitForCallback<TOutput = string>(
    name: string | undefined,
    submitter: WaitForCallbackSubmitterFunc<TLogger>,
    config?: WaitForCallbackConfig<TOutput>,
  ): DurablePromise<TOutput>;
  waitForCallback<TOutput = string>(
    submitter: WaitForCallbackSubmitterFunc<TLogger>,
    config?: WaitForCallbackConfig<TOutput>,
  ): DurablePromise<TOutput>;

  /**
   * Runs a function with a context of its own: its operations are numbered by themselves.
   *
   * Persisted: the result. Over 256 KiB only a summary is stored, and the body runs again on replay, its operations
   * returning their saved results.
   *
   * @throws {ChildContextError} when the function threw; its `cause` is the error of the operation that failed inside, or
   *   a `StepError` whose own `cause` carries the name and message of anything else
   */
  runInChildContext<TOutput>(
    name: string | undefined,
    fn: ChildFunc<TOutput, TLogger>,
    config?: ChildConfig<TOutput>,
  ): DurablePromise<TOutput>;
  runInChildContext<TOutput>(fn: ChildFunc<TOutput, TLogger>, config?: ChildConfig<TOutput>): DurablePromise<TOutput>;

  /** Sets the logger of this context, or whether it is silent on replay. */
  configureLogger(config: LoggerConfig<TLogger>): void;
  /** Sets the default conversions of this context and of the contexts below it. */
  configureSerdes(config: SerdesConfig): void;
}
