import { isRetryableError } from '../../engine/adapter.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { OpenSaga } from '../../engine/saga/saga-scope.js';
import type { DurableOptions } from '../decorators/durable-options.js';
import { finalFailureOf } from '../errors/final-failure.js';

/** The registered undos of a durable method. */
export class Compensation {
  #saga: OpenSaga | undefined;
  /** Everything is undone once, for the first failure, and not again for what follows from it. */
  #isUndoing = false;

  constructor(private readonly invocation: DurableInvocation) {}

  get saga(): OpenSaga {
    return (this.#saga ??= this.invocation.openSaga());
  }

  /** Whether a step with an undo was called: there may be something to undo. */
  get isNeeded(): boolean {
    return this.#saga !== undefined;
  }

  /** The same promise; if the method fails permanently, or should stop, it rejects when everything is undone. */
  around(running: PromiseLike<unknown>, { stoppable = false }: DurableOptions): PromiseLike<unknown> {
    const ended = stoppable ? this.saga.orStopped(Promise.resolve(running)) : running;
    return ended.then(undefined, (error: unknown) => this.#failed(error));
  }

  async #failed(error: unknown): Promise<never> {
    if (!this.#saga || this.#isUndoing || this.invocation.isSettled) throw error;
    if (isRetryableError(finalFailureOf(this.invocation, error)?.error)) throw error;
    this.#isUndoing = true;
    return this.#saga.compensate(error);
  }
}
