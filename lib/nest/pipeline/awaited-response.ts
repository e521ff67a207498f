import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { Deferred } from './deferred.js';
import type { ResponseWatch } from './response-watch.js';
import { UnendedResponse } from './unended-response.js';

/** How long filters may take to respond to a failure; a filter that reports to another service may flush first. */
const FILTERS_GRACE_MS = 5_000;

/** The response of filters, or one that the method, or a stream that it has returned, must end: it may never come. */
export class AwaitedResponse {
  #unended: UnendedResponse | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #abandoned = new Deferred<never>();

  constructor(private readonly invocation: DurableInvocation) {}

  /** Rejects when no response will come any more. */
  get abandoned(): Promise<never> {
    return this.#abandoned.promise;
  }

  /** @param watch - of the response that is not ended */
  watchedBy(watch: ResponseWatch | undefined): void {
    this.#unended = watch && new UnendedResponse(this.invocation, watch);
  }

  /** Filters respond to what was thrown, or nothing does. */
  expectOfFilters(thrown: unknown): void {
    this.stop();
    this.#timer = setTimeout(() => this.#abandoned.reject(thrown), FILTERS_GRACE_MS);
  }

  /** The method has ended. @param silent - called once nothing has been written to the response for a while */
  expectOfMethod(silent: () => void): void {
    this.#unended?.expectEnd({ silent, abandoned: (error) => this.#abandoned.reject(error) });
  }

  /** It is not awaited any more. */
  stop(): void {
    this.#unended?.stop();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
