/** What settles in the order in which operations end, whether or not code waits for it. */
export interface Observed {
  observe(): void;
}

/**
 * The promise of a durable operation. The operation itself starts when it is called; this promise starts to follow it
 * when code awaits it. So a failure that no code has awaited yet is never an unhandled rejection, and the engine knows
 * which operations an invocation really waits for.
 */
export class DurablePromise<T> implements Promise<T> {
  readonly #executor: () => Promise<T>;
  readonly #observed: Observed | undefined;
  #promise: Promise<T> | undefined;

  /** @param observed - what the promise follows, if it can also be observed */
  constructor(executor: () => Promise<T>, observed?: Observed) {
    this.#executor = executor;
    this.#observed = observed;
  }

  /** Whether the promise has been awaited. */
  get isExecuted(): boolean {
    return this.#promise !== undefined;
  }

  /** @internal Settles in its turn like an awaited one, although no code awaits it. */
  observe(): void {
    this.#observed?.observe();
  }

  get [Symbol.toStringTag](): string {
    return 'DurablePromise';
  }

  then<TResult1 = T, TResult2 = never>(
    onfulfilled?: ((value: T) => TResult1 | PromiseLike<TResult1>) | null,
    onrejected?: ((reason: unknown) => TResult2 | PromiseLike<TResult2>) | null,
  ): Promise<TResult1 | TResult2> {
    return this.#follow().then(onfulfilled, onrejected);
  }

  catch<TResult = never>(
    onrejected?: ((reason: unknown) => TResult | PromiseLike<TResult>) | null,
  ): Promise<T | TResult> {
    return this.#follow().catch(onrejected);
  }

  finally(onfinally?: (() => void) | null): Promise<T> {
    return this.#follow().finally(onfinally);
  }

  #follow(): Promise<T> {
    return (this.#promise ??= this.#executor());
  }
}
