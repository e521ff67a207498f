import type { DurablePromise } from '../base/durable-promise.js';

/**
 * Combinators for operations that were called before: they neither start nor limit anything; see `parallel` and `map`
 * for that.
 *
 * Persisted: the result. On replay the given promises are not awaited again.
 */
export interface DurablePromiseCombinators {
  /**
   * Waits for all results, or for the first error.
   * @throws {PromiseCombinatorError} when a promise is rejected; its `cause` is that operation's error
   */
  all<TOutput>(name: string | undefined, promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput[]>;
  all<TOutput>(promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput[]>;

  /** Waits until all have settled. A reason that is an error keeps its name and message, not its class. */
  allSettled<TOutput>(
    name: string | undefined,
    promises: ReadonlyArray<Promise<TOutput>>,
  ): DurablePromise<Array<PromiseSettledResult<TOutput>>>;
  allSettled<TOutput>(promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<Array<PromiseSettledResult<TOutput>>>;

  /**
   * Waits for the first result.
   * @throws {PromiseCombinatorError} when all are rejected
   */
  any<TOutput>(name: string | undefined, promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput>;
  any<TOutput>(promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput>;

  /**
   * Waits for the first that settles.
   * @throws {PromiseCombinatorError} when that one is rejected; its `cause` is that operation's error
   */
  race<TOutput>(name: string | undefined, promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput>;
  race<TOutput>(promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput>;
}
