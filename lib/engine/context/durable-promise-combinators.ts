import type { DurablePromise } from '../base/durable-promise.js';

type Promises = ReadonlyArray<Promise<unknown>> | [];

/** The results of promises of different types, each in its place. */
type ResultsOf<TPromises extends Promises> = { -readonly [Index in keyof TPromises]: Awaited<TPromises[Index]> };

/** How promises of different types have settled, each in its place. */
type SettledOf<TPromises extends Promises> = {
  -readonly [Index in keyof TPromises]: PromiseSettledResult<Awaited<TPromises[Index]>>;
};

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
  all<TPromises extends Promises>(name: string | undefined, promises: TPromises): DurablePromise<ResultsOf<TPromises>>;
  all<TPromises extends Promises>(promises: TPromises): DurablePromise<ResultsOf<TPromises>>;

  /** Waits until all have settled. A reason that is an error keeps its name and message, not its class. */
  allSettled<TOutput>(
    name: string | undefined,
    promises: ReadonlyArray<Promise<TOutput>>,
  ): DurablePromise<Array<PromiseSettledResult<TOutput>>>;
  allSettled<TOutput>(promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<Array<PromiseSettledResult<TOutput>>>;
  allSettled<TPromises extends Promises>(
    name: string | undefined,
    promises: TPromises,
  ): DurablePromise<SettledOf<TPromises>>;
  allSettled<TPromises extends Promises>(promises: TPromises): DurablePromise<SettledOf<TPromises>>;

  /**
   * Waits for the first result.
   * @throws {PromiseCombinatorError} when all are rejected
   */
  any<TOutput>(name: string | undefined, promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput>;
  any<TOutput>(promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput>;
  any<TPromises extends Promises>(
    name: string | undefined,
    promises: TPromises,
  ): DurablePromise<Awaited<TPromises[number]>>;
  any<TPromises extends Promises>(promises: TPromises): DurablePromise<Awaited<TPromises[number]>>;

  /**
   * Waits for the first that settles.
   * @throws {PromiseCombinatorError} when that one is rejected; its `cause` is that operation's error
   */
  race<TOutput>(name: string | undefined, promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput>;
  race<TOutput>(promises: ReadonlyArray<Promise<TOutput>>): DurablePromise<TOutput>;
  race<TPromises extends Promises>(
    name: string | undefined,
    promises: TPromises,
  ): DurablePromise<Awaited<TPromises[number]>>;
  race<TPromises extends Promises>(promises: TPromises): DurablePromise<Awaited<TPromises[number]>>;
}
