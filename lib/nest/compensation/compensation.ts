import { isRetryableError } from '../../engine/adapter.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { OpenSaga } from '../../engine/saga/saga-scope.js';
import type { DurableOptions } from '../decorators/durable-options.js';
import { finalFailureOf } from '../errors/final-failure.js';

/** The registered undos of a durable method. */
export class Compensation {
  #saga: OpenSaga | undefined;
  /** Everything is undone once, for the first failure, and not again for what follows from it. */
  #isUndone = false;
  /** While everything is being undone; rejects with the first failure. */
  #undoing: Promise<unknown> | undefined;

  constructor(private readonly invocation: DurableInvocation) {}

  get saga(): OpenSaga {
    return (this.#saga ??= this.invocation.openSaga());
  }

  /** Whether a step with an undo was called: there may be something to undo. */
  get isNeeded(): boolean {
    return this.#saga !== undefined;
  }

  /** Resolves once nothing is being undone. Code around the method may end before it, such as at a timeout. */
  get undone(): Promise<unknown> | undefined {
    return this.#undoing?.catch(() => undefined);
  }

  /** The same promise; if the method fails permanently, or should stop, it rejects when everything is undone. */
  around(running: PromiseLike<unknown>, { stoppable = false }: DurableOptions): PromiseLike<unknown> {
    if (!stoppable) return running.then(undefined, (error: unknown) => this.#failed(error));
    const ended = this.saga.orStopped(Promise.resolve(running), () => void this.#during(ended));
    return ended.catch((error: unknown) => this.#failed(error));
  }

  /** Fails the execution, whatever enhancers make of the error: as soon as everything is undone. */
  fail(error: unknown): void {
    const isOver = this.#isUndone && !this.#undoing;
    if (!this.#saga || isOver || isRetryableError(error)) return this.invocation.handlerFailed(error);
    const undoing = this.#undoing ?? this.#during(this.#saga.compensate(error));
    undoing.catch((first: unknown) => this.invocation.handlerFailed(first));
  }

  async #failed(error: unknown): Promise<unknown> {
    if (!this.#saga || this.invocation.isSettled) throw error;
    if (isRetryableError(finalFailureOf(this.invocation, error)?.error)) throw error;
    if (!this.#isUndone) return this.#during(this.#saga.compensate(error));
    await this.#undoing;
    throw error;
  }

  #during(undoing: Promise<unknown>): Promise<unknown> {
    this.#isUndone = true;
    // Its steps may be retried in a later invocation.
    this.invocation.pauseHoldDuring(undoing);
    const over = (): void => (this.#undoing = undefined);
    undoing.then(over, over);
    return (this.#undoing = undoing);
  }
}
