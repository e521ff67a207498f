import type { Duration } from '../base/duration.js';
import type { DurablePromise } from '../base/durable-promise.js';
import type { LambdaContext } from '../base/lambda-context.js';
import type { DurableContextLogger, DurableLogger, LoggerConfig } from './logging/durable-logger.js';
import type {
  CreateCallbackConfig,
  CreateCallbackResult,
  WaitForCallbackConfig,
  WaitForCallbackSubmitterFunc,
} from '../operations/callback-config.js';
import type { BatchResult, MapConfig, ParallelConfig } from '../operations/batch-config.js';
import type { ChildConfig } from '../operations/child-context-config.js';
import type { InvokeConfig } from '../operations/invoke-config.js';
import type { StepConfig, StepFunc } from '../operations/step-config.js';
import type { WaitForConditionCheckFunc, WaitForConditionConfig } from '../operations/wait-for-condition-config.js';
import type { SerdesConfig } from '../base/serdes/serdes.js';
import type { SagaConfig, SagaScope } from '../saga/saga-scope.js';
import type { StopRequest } from '../../wire/stop-request.js';
import type { DurablePromiseCombinators } from './durable-promise-combinators.js';

/**
 * The durable operations of one execution, or of one child context in it.
 *
 * Each call synchronously takes the next position in its context, in program order, and starts its operation; awaiting
 * the promise only follows it. On replay a completed operation returns its saved result without running anything, so
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
   * Persisted: the result (at most 256 KiB as text), or the error and the time of the next attempt. The returned value
   * has passed through the serdes on the first run too.
   *
   * @param name - printable ASCII, at most 256 characters
   * @throws {StepError} when the last attempt failed; its `cause` carries the name and message of what was thrown
   * @example const stock = await context.step('reserve stock', () => warehouse.reserve(order));
   */
  step<TOutput>(
    name: string | undefined,
    fn: StepFunc<TOutput, TLogger>,
    config?: StepConfig<TOutput>,
  ): DurablePromise<TOutput>;
  step<TOutput>(fn: StepFunc<TOutput, TLogger>, config?: StepConfig<TOutput>): DurablePromise<TOutput>;

  /**
   * Runs a body whose steps define how they are undone. When it fails, the undos run as durable steps in a child
   * context `compensation`, in reverse order, each with its own retries; after a crash they continue where they were.
   *
   * @throws what the body has thrown, once everything is undone; or a `CompensationError` with it as the `cause` if
   *   something could not be undone
   * @example
   * ```ts
   * await context.saga(async (saga) => {
   *   await saga.step('reserve stock', () => reserve(order), (stock) => release(stock, order));
   *   await saga.step('charge card', () => charge(order), () => refund(order));
   * });
   * ```
   */
  saga<TOutput>(body: (saga: SagaScope) => Promise<TOutput>, config?: SagaConfig): Promise<TOutput>;

  /**
   * Resolves when a caller asks the execution to stop, with `stop({ compensate: true })` of `DurableClient`: race it
   * against long operations, and end in an orderly way. An execution that has not called this cannot be asked. For a
   * saga that is undone on its own, see `SagaConfig.stoppable`.
   *
   * Persisted: one callback for the whole execution, beside the numbered operations; so a deployment may add or remove
   * the call.
   *
   * @example const answer = await Promise.race([approval, context.stopRequested()]);
   */
  stopRequested(): DurablePromise<StopRequest>;

  /**
   * Waits without an invocation running, 1 second to 366 days; fractions of a second are rounded up.
   *
   * Persisted: the time at which the wait completes, which the service keeps.
   */
  wait(name: string, duration: Duration): DurablePromise<void>;
  wait(duration: Duration): DurablePromise<void>;

  /**
   * Creates a callback: resolves to the promise of its result and the id with which an outside system completes it.
   *
   * Persisted: the callback id, which is the same on every replay. The result is the raw text that was sent, unless a
   * `serdes` converts it; a value that `@CompletesCallback()` or `DurableClient` has sent arrives as the same value, in
   * its JSON form. Errors surface when the result's promise is awaited.
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
   * Creates a callback, runs `submitter` as a step with its id, and waits for the result, in a separate context. What the
   * submitter returns is not saved.
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
   * Runs a function with its own context: its operations have their own numbering.
   *
   * Persisted: the result. Over 256 KiB only a summary is stored, and the body runs again on replay, its operations
   * returning their saved results.
   *
   * @throws {ChildContextError} when the function threw; its `cause` is the error of the operation that failed inside,
   *   or a `StepError` whose own `cause` carries the name and message of anything else
   */
  runInChildContext<TOutput>(
    name: string | undefined,
    fn: ChildFunc<TOutput, TLogger>,
    config?: ChildConfig<TOutput>,
  ): DurablePromise<TOutput>;
  runInChildContext<TOutput>(fn: ChildFunc<TOutput, TLogger>, config?: ChildConfig<TOutput>): DurablePromise<TOutput>;

  /**
   * Invokes another Lambda function and waits for its result, without an invocation of this one running.
   *
   * Persisted: that the function was invoked, so it is invoked once, and its result. Two texts are a name and a
   * function: pass an input that is a text as the third argument.
   *
   * @param funcId - name or ARN; a durable function needs a version, an alias or `$LATEST` after it
   * @param input - at most 1 MiB as text
   * @throws {InvokeError} when the function failed, timed out, was stopped or does not exist
   * @example const receipt = await context.invoke<Order, Receipt>('charge', 'payments:live', order);
   */
  invoke<TInput, TOutput>(
    name: string | undefined,
    funcId: string,
    input?: TInput,
    config?: InvokeConfig<TInput, TOutput>,
  ): DurablePromise<TOutput>;
  invoke<TInput, TOutput>(
    funcId: string,
    input?: TInput,
    config?: InvokeConfig<TInput, TOutput>,
  ): DurablePromise<TOutput>;

  /**
   * Repeats a check until the wait strategy accepts the state that it returns, without an invocation running in
   * between.
   *
   * Persisted: after each check its state (at most 256 KiB as text), which the next check receives. On replay a
   * completed operation returns the last state. Nothing is retried: put expected failures of a check into its state.
   *
   * @param config - `createWaitStrategy` can create `waitStrategy`; delays are rounded up to whole seconds, at least 1
   * @throws {StepError} when the check or the strategy threw; its `cause` carries the name and message
   * @example
   * ```ts
   * const job = await context.waitForCondition('job', ({ id }) => jobs.get(id), {
   *   initialState: { id, status: 'new' },
   *   waitStrategy: createWaitStrategy({ shouldContinuePolling: ({ status }) => status !== 'done' }),
   * });
   * ```
   */
  waitForCondition<TOutput>(
    name: string | undefined,
    checkFunc: WaitForConditionCheckFunc<TOutput, TLogger>,
    config: WaitForConditionConfig<TOutput>,
  ): DurablePromise<TOutput>;
  waitForCondition<TOutput>(
    checkFunc: WaitForConditionCheckFunc<TOutput, TLogger>,
    config: WaitForConditionConfig<TOutput>,
  ): DurablePromise<TOutput>;

  /**
   * Runs a function for each item, each in its own context, and resolves to their results.
   *
   * Persisted: each item's result or error, unless `nesting` is FLAT, and the whole. Over 256 KiB only the outcome of
   * each item is stored, and on replay the items return their saved results.
   *
   * Never rejects because an item failed: see `BatchResult.throwIfError`.
   *
   * @param config - with no `completionConfig` the first failure ends the batch
   * @example
   * ```ts
   * const sent = await context.map('mail', customers, (item, customer) => item.step(() => mail(customer)), {
   *   maxConcurrency: 10,
   *   completionConfig: { toleratedFailurePercentage: 5 },
   * });
   * ```
   */
  map<TInput, TOutput>(
    name: string | undefined,
    items: TInput[],
    mapFunc: MapFunc<TInput, TOutput, TLogger>,
    config?: MapConfig<TInput, TOutput>,
  ): DurablePromise<BatchResult<TOutput>>;
  map<TInput, TOutput>(
    items: TInput[],
    mapFunc: MapFunc<TInput, TOutput, TLogger>,
    config?: MapConfig<TInput, TOutput>,
  ): DurablePromise<BatchResult<TOutput>>;

  /**
   * Runs functions concurrently, each in its own context, and resolves to their results. Persisted and replayed like
   * {@link map}.
   *
   * @param branches - functions, or `{ name, func }`; they may resolve to different types
   * @example
   * ```ts
   * const trip = await context.parallel('trip', [
   *   { name: 'flight', func: (branch) => branch.step(() => bookFlight(days)) },
   *   { name: 'hotel', func: (branch) => branch.step(() => bookHotel(days)) },
   * ]);
   * const [flight, hotel] = trip.getResults();
   * ```
   */
  parallel<TOutput>(
    name: string | undefined,
    branches: ReadonlyArray<ParallelBranch<TOutput, TLogger>>,
    config?: ParallelConfig<TOutput>,
  ): DurablePromise<BatchResult<TOutput>>;
  parallel<TOutput>(
    branches: ReadonlyArray<ParallelBranch<TOutput, TLogger>>,
    config?: ParallelConfig<TOutput>,
  ): DurablePromise<BatchResult<TOutput>>;
  parallel<TBranches extends ReadonlyArray<ParallelBranch<unknown, TLogger>>>(
    name: string | undefined,
    branches: TBranches,
    config?: ParallelConfig<ParallelBranchResult<TBranches[number]>>,
  ): DurablePromise<BatchResult<ParallelBranchResult<TBranches[number]>>>;
  parallel<TBranches extends ReadonlyArray<ParallelBranch<unknown, TLogger>>>(
    branches: TBranches,
    config?: ParallelConfig<ParallelBranchResult<TBranches[number]>>,
  ): DurablePromise<BatchResult<ParallelBranchResult<TBranches[number]>>>;

  /**
   * The time when this is first reached: a replay returns the same.
   *
   * Persisted: the time, to the millisecond, as a separate step.
   *
   * @param name - as of a step @defaultValue `now`
   */
  now(name?: string): DurablePromise<Date>;

  /**
   * A random UUID, recorded once. Persisted: the UUID, as a separate step. @param name - as of a step @defaultValue
   * `uuid`
   */
  uuid(name?: string): DurablePromise<string>;

  /**
   * A random number from 0 up to 1, recorded once. Persisted: the number, as a separate step. @param name -
   * @defaultValue `random`
   */
  random(name?: string): DurablePromise<number>;

  /**
   * Whether this execution takes the new path of a code change: `true` if it reaches this place now, `false` if it
   * passed this place before the change was deployed. So the code can have both paths while executions run.
   *
   * Persisted: the value `true`, beside the numbered operations. On replay the value is the same. Each call has its own
   * value: an execution in the middle of a loop takes the new path from its next iteration on.
   *
   * @param patch - printable ASCII, at most 256 characters; shown in timelines and recorded histories
   * @throws {ContextValidationError} inside a step, on the context of another body, and between the call of an
   *   operation of this context and its `await`: the execution fails
   * @example
   * ```ts
   * if (context.patched('check fraud first')) await context.step('check fraud', () => fraud.check(order));
   * await context.step('charge card', () => gateway.charge(order));
   * ```
   */
  patched(patch: string): boolean;

  /**
   * Replaces `patched()` when only the new path is left, and refuses an execution that would need the old one. Removing
   * the call later does no harm to executions with the patch.
   *
   * Persisted: as of `patched()`.
   *
   * @throws {NonDeterministicExecutionError} when the execution has passed this place without the patch; it fails
   */
  deprecatePatch(patch: string): void;

  /** `Promise.all` and the like, with a saved result. */
  promise: DurablePromiseCombinators;

  /** Sets the logger of this context, or whether it is silent on replay. */
  configureLogger(config: LoggerConfig<TLogger>): void;
  /**
   * Sets the default conversions of this context and of the contexts below it, for the operations that are called next.
   * @throws {ConfigValidationError} when one of them lacks `serialize` or `deserialize`
   * @throws {ContextValidationError} in a step or in the body of another context, which a replay does not run
   */
  configureSerdes(config: SerdesConfig): void;
}

/** The body of a child context. */
export type ChildFunc<T, TLogger extends DurableLogger = DurableLogger> = (
  context: DurableContext<TLogger>,
) => Promise<T>;

/** The function of a map for each item. */
export type MapFunc<TInput, TOutput, TLogger extends DurableLogger = DurableLogger> = (
  context: DurableContext<TLogger>,
  item: TInput,
  index: number,
  array: TInput[],
) => Promise<TOutput>;

/** A branch of `parallel`. */
export type ParallelFunc<TResult, TLogger extends DurableLogger = DurableLogger> = (
  context: DurableContext<TLogger>,
) => Promise<TResult>;

export interface NamedParallelBranch<TResult, TLogger extends DurableLogger = DurableLogger> {
  /** @defaultValue `parallel-branch-0` and so on */
  name?: string;
  func: ParallelFunc<TResult, TLogger>;
}

export type ParallelBranch<TResult, TLogger extends DurableLogger = DurableLogger> =
  ParallelFunc<TResult, TLogger> | NamedParallelBranch<TResult, TLogger>;

/** What a branch resolves to. */
export type ParallelBranchResult<TBranch> = TBranch extends (context: never) => Promise<infer TResult>
  ? TResult
  : TBranch extends { func: (context: never) => Promise<infer TResult> }
    ? TResult
    : never;
