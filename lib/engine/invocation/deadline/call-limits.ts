import { type ApiErrorCodes, classifyApiError, isWorthRepeating } from '../../../wire/classify-api-error.js';
import type { DurableCallOptions } from '../../../wire/durable-execution-client.js';
import type { LambdaDeadlineError } from './awaited-call.js';

/** The options of an invocation's calls, and the means to abort them. */
export class CallLimits implements DurableCallOptions {
  readonly apiErrorCodes: ApiErrorCodes | undefined;
  /** The failure of the last attempt, while the client waits to repeat it. */
  #lastFailure: unknown;
  #controller: AbortController | undefined;

  constructor(apiErrorCodes: ApiErrorCodes | undefined) {
    this.apiErrorCodes = apiErrorCodes;
  }

  /** Created when a client reads it: clients in the same process never do. */
  get abortSignal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Bound, because a client may take it out of the options. */
  readonly onAttempt = (failure?: unknown): void => {
    this.#lastFailure = failure;
  };

  /**
   * Why the call failed that is pending at the deadline. A failure that would fail the execution does not count: the
   * client still repeats it, so the execution may be healthy.
   */
  reasonAt(deadline: LambdaDeadlineError): { error: unknown; waiting?: string } {
    const failure = this.#lastFailure;
    const isTemporary = failure !== undefined && isWorthRepeating(classifyApiError(failure, this.apiErrorCodes));
    return isTemporary ? { error: failure, waiting: deadline.waiting } : { error: deadline };
  }

  /** The pending call is no longer awaited. */
  callOff(reason: Error): void {
    this.#controller?.abort(reason);
  }
}
