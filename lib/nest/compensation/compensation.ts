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
  /** Whether the last call of the method has failed, which it does on a replay too. */
  #hasMethodFailed = false;
  #isMethodCalled = false;
  /** Rejects once everything is undone for a failure around the method. */
  #failedAround: Promise<unknown> | undefined;

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
    this.#hasMethodFailed = false;
    this.#isMethodCalled = true;
    const over = (): void => this.invocation.failureAround.codeEnded();
    running.then(over, over);
    const failed = (error: unknown): Promise<unknown> => {
      this.#hasMethodFailed = true;
      return this.#failed(error);
    };
    if (!stoppable) return running.then(undefined, failed);
    const ended = this.saga.orStopped(Promise.resolve(running), () => void this.#during(ended));
    return ended.catch(failed);
  }

  /** The same for the pipeline around the method, whose code need not fail again on a replay. */
  aroundPipeline(running: PromiseLike<unknown>): Promise<unknown> {
    const { failureAround } = this.invocation;
    const heard = new Promise<{ error: unknown }>((resolve) => failureAround.listen((error) => resolve({ error })));
    const failed = (this.#failedAround = heard.then(({ error }) => this.#failed(error)));
    const ended = running.then(
      (value) => {
        failureAround.codeEnded();
        return failureAround.isKnown ? failed : value;
      },
      (error: unknown) => (this.#isForInvocation(error) || !this.#isRecorded(error) ? this.#failed(error) : failed),
    );
    return Promise.race([failed, ended]);
  }

  /** Fails the execution, whatever enhancers make of the error: as soon as everything is undone. */
  fail(error: unknown): void {
    const isOver = this.#isUndone && !this.#undoing;
    if (isOver || isRetryableError(error)) return this.invocation.handlerFailed(error);
    const undoing = this.#undoing ?? (this.#isRecorded(error) ? this.#failedAround : this.#undo(error));
    if (!undoing) return this.invocation.handlerFailed(error);
    undoing.catch((first: unknown) => this.invocation.handlerFailed(first));
  }

  /** Whether a replay fails as well, without the code around the method. */
  #isRecorded(error: unknown): boolean {
    if (!this.#isMethodCalled || this.#hasMethodFailed || this.#isUndone) return false;
    return this.invocation.failureAround.record(error);
  }

  async #failed(error: unknown): Promise<unknown> {
    if (!this.#saga || this.invocation.isSettled || this.#isForInvocation(error)) throw error;
    if (!this.#isUndone) return this.#undo(error);
    await this.#undoing;
    throw error;
  }

  #isForInvocation(error: unknown): boolean {
    return isRetryableError(finalFailureOf(this.invocation, error)?.error);
  }

  #undo(first: unknown): Promise<unknown> | undefined {
    return this.#saga && this.#during(this.#saga.compensate(first));
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
