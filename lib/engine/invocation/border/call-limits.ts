import type { ApiErrorCodes } from '../../../wire/classify-api-error.js';
import type { DurableCallOptions } from '../../../wire/durable-execution-client.js';

/** How the calls of an invocation are to be made, and the means to call them off. */
export class CallLimits implements DurableCallOptions {
  readonly apiErrorCodes: ApiErrorCodes | undefined;
  #controller: AbortController | undefined;

  constructor(apiErrorCodes: ApiErrorCodes | undefined) {
    this.apiErrorCodes = apiErrorCodes;
  }

  /** Made when a client asks for it: clients in the same process never do. */
  get abortSignal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Nobody waits for the call that is on its way. */
  callOff(reason: Error): void {
    this.#controller?.abort(reason);
  }
}
