import { AsyncLocalStorage } from 'node:async_hooks';
import { isUnrecoverableError } from '../../engine/errors/recognise.js';
import type { DurableInvocation } from '../../engine/invocation.js';
import { describeFailure } from './describe-failure.js';
import { holdOpen } from './hold-open.js';
import { isHttpAnswer } from './http-answer.js';

/** How an invocation reaches its handler: by name, or through the HTTP router. */
export type InvocationRoute = 'direct' | 'http';

const storage = new AsyncLocalStorage<InvocationScope>();

/** What the pipeline knows of one invocation while Nest's enhancers run. */
export class InvocationScope {
  #admitted = false;
  #handlerFailure?: { readonly error: unknown };
  #endHold?: () => void;

  readonly invocation: DurableInvocation;
  /** Decoded once: the invocation decodes it anew each time it is asked. */
  readonly input: unknown;
  readonly route: InvocationRoute;

  constructor({ invocation, input, route }: Pick<InvocationScope, 'invocation' | 'input' | 'route'>) {
    this.invocation = invocation;
    this.input = input;
    this.route = route;
  }

  static current(): InvocationScope | undefined {
    return storage.getStore();
  }

  run<T>(work: () => T): T {
    return storage.run(this, work);
  }

  /**
   * Whether the guards have let the call pass. Durable operations are refused before that, so an execution that has any
   * was admitted: that is how later invocations know that they need not ask the guards again.
   */
  get isAdmitted(): boolean {
    return this.#admitted;
  }

  /** May come again: an interceptor can subscribe to the handler once more. */
  handlerStarts(): void {
    this.#admitted = true;
    this.#handlerFailure = undefined;
    this.#endHold?.();
    this.#endHold = undefined;
  }

  /** Takes the handler's own value: on the direct route enhancers around it may observe, but not rewrite, the result. */
  handlerReturned(value: unknown): void {
    this.#endHold = holdOpen(this.invocation);
    if (this.route === 'direct') this.invocation.proposeSuccess(value);
  }

  /**
   * Notes what the handler threw. Enhancers may still translate it, but not when it states its own scope: an interceptor
   * that maps everything to a 502 must not turn a retry into a result.
   */
  handlerThrew(error: unknown): void {
    this.#endHold = holdOpen(this.invocation);
    this.#handlerFailure = { error };
    if (isUnrecoverableError(error)) this.fail(error);
  }

  /**
   * Whether what was thrown is the outcome, rather than for the application's own filters to answer: on the HTTP route an
   * `HttpException` is a response like any other, also when an interceptor made it from something else.
   */
  claims(thrown: unknown): boolean {
    if (this.route === 'direct' || this.invocation.isSettled || !isHttpAnswer(thrown)) return true;
    this.#handlerFailure = undefined;
    return false;
  }

  /** A failure that an interceptor replaced by a value is still a failure, unless it was an HTTP response before. */
  failIfHandlerFailed(): void {
    const failure = this.#handlerFailure;
    if (failure && this.claims(failure.error)) this.fail(failure.error);
  }

  fail(error: unknown): void {
    this.invocation.proposeFailure(describeFailure(error));
  }
}
