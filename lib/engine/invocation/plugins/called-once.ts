/**
 * A function that a plugin may call any number of times, or never: it runs once, and every call gets the same promise.
 */
export class CalledOnce<T> {
  /** Resolves when it is first called. */
  readonly called: Promise<void>;
  readonly #body: () => Promise<T>;
  #resolveCalled!: () => void;
  #result: Promise<T> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(body: () => Promise<T>) {
    this.#body = body;
    this.called = new Promise((resolve) => (this.#resolveCalled = resolve));
  }

  get isCalled(): boolean {
    return this.#result !== undefined;
  }

  readonly call = (): Promise<T> => {
    if (this.#result === undefined) {
      this.#result = this.#body();
      // The first handler of a failure; and a plugin that ignores the promise must not cause an unhandled rejection.
      this.#result.catch((error: unknown) => (this.#failure = { error }));
      this.#resolveCalled();
    }
    return this.#result;
  };

  /** Whether an error is the function's own, on its way through the plugin. */
  failedWith(error: unknown): boolean {
    return this.#failure !== undefined && this.#failure.error === error;
  }
}
