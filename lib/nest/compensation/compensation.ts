import { isRetryableError } from '../../engine/adapter.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { Saga } from '../../engine/saga/saga.js';
import { finalFailureOf } from '../errors/judge-handler-failure.js';

/** What the steps of a durable method leave to be undone, should it fail. */
export class Compensation {
  #saga: Saga | undefined;

  constructor(private readonly invocation: DurableInvocation) {}

  get saga(): Saga {
    return (this.#saga ??= this.invocation.openSaga());
  }

  /** The same promise; where the method fails for good, it rejects when everything is undone. */
  around(running: unknown): unknown {
    return running instanceof Promise ? running.catch((error: unknown) => this.#failed(error)) : running;
  }

  async #failed(error: unknown): Promise<never> {
    const isRepeated = isRetryableError(finalFailureOf(this.invocation, error)?.error);
    if (!this.#saga || isRepeated) throw error;
    return this.#saga.compensate(error);
  }
}
