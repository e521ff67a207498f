import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { responseNotEnded } from '../execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { finalFailureOf } from '../errors/final-failure.js';
import { Deferred } from './deferred.js';
import type { ResponseWatch } from './response-watch.js';

/** How a call of the handler has ended; empty if the call was abandoned. */
export interface HandlerEnding {
  /** Thrown after the response was sent, so that no filter can respond to it. */
  lateFailure?: { readonly error: unknown };
  /** The response that the handler itself must end. */
  unended?: ResponseWatch | undefined;
}

/** How long filters may take to respond to a failure; a filter that reports to another service may flush first. */
const FILTERS_GRACE_MS = 5_000;

/** How long guards and interceptors may take to reach the handler after the response was sent. */
const APPROACH_MS = 5_000;

/** How long the engine may take to notice that everything that is left waits for the service. */
const SUSPENSION_GRACE_MS = 250;

/** The progress of an invocation with its durable method, and with the enhancers around it. */
export class HandlerProgress {
  #running = 0;
  #hasStarted = false;
  #bodyHasBegun = false;
  #failure: { readonly error: unknown } | undefined;
  #outerFailure: { readonly error: unknown } | undefined;
  #lateFailure: HandlerEnding['lateFailure'];
  #wasOver = false;
  #endHold: (() => void) | undefined;
  #watch: ResponseWatch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idle = new Deferred<void>();
  #approach: Deferred<void> | undefined;
  readonly #abandoned = new Deferred<never>();

  constructor(private readonly invocation: DurableInvocation) {
    void invocation.settled.then(() => this.#stopTimers());
  }

  /** Whether the interceptors have called the handler; pipes run after that. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Whether the body of the method has started. */
  get bodyHasBegun(): boolean {
    return this.#bodyHasBegun;
  }

  /** The failure of the method's pipeline, before any filter of the application saw it. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** What was thrown outside the pipeline of the method, such as by middleware. */
  get outerFailure(): { readonly error: unknown } | undefined {
    return this.#outerFailure;
  }

  get lateFailure(): { readonly error: unknown } | undefined {
    return this.#lateFailure;
  }

  /** Whether the invocation had ended when the pipeline was cut short: then no response may be sent. */
  get wasOver(): boolean {
    return this.#wasOver;
  }

  /** Rejects when no response will come any more. */
  get abandoned(): Promise<never> {
    return this.#abandoned.promise;
  }

  bodyBegins(): void {
    this.#bodyHasBegun = true;
  }

  /** Guards or interceptors have started: the handler may follow. */
  approaches(): void {
    this.#approach ??= new Deferred();
  }

  /** The handler was reached, or will not be. */
  approachEnded(): void {
    this.#approach?.resolve();
  }

  /** Waits until the handler is reached, or will not be: code on the way to it may respond first and then continue. */
  async handlerReached(): Promise<void> {
    const approach = this.#approach;
    if (!approach || this.#hasStarted) return;
    const timer = setTimeout(() => approach.resolve(), APPROACH_MS);
    await approach.promise;
    clearTimeout(timer);
  }

  /** May be called again: an interceptor can subscribe to the handler once more, also while it runs. */
  handlerStarts(): void {
    if (this.#running === 0 && this.#hasStarted) this.#idle = new Deferred();
    this.#running += 1;
    this.#hasStarted = true;
    this.approachEnded();
    this.#failure = this.#lateFailure = undefined;
    this.#stopTimers();
    this.#release();
  }

  /** Enhancers turn the handler's value into the result: until they have, the invocation must not be suspended. */
  handlerEnded({ lateFailure, unended }: HandlerEnding): void {
    this.#running -= 1;
    this.#lateFailure = lateFailure;
    if (this.#running > 0) return;
    this.#endHold ??= this.invocation.holdOpen();
    this.#idle.resolve();
    if (unended) this.#expectEndOf(unended);
  }

  /**
   * A failure that states its scope, or that a declared rule decides, is final immediately: no enhancer may change it.
   */
  handlerThrew(thrown: unknown): void {
    const final = finalFailureOf(this.invocation, thrown);
    if (final) this.invocation.proposeFailure(final.error);
  }

  /** Waits for the end of every call of the handler, if there was any. */
  async handlerIdle(): Promise<void> {
    while (this.#running > 0) await this.#idle.promise;
  }

  /**
   * Records the failure of the method's pipeline, before filters run.
   * @returns whether filters must not handle it
   */
  observes(thrown: unknown): boolean {
    this.approachEnded();
    this.#wasOver = this.invocation.isSettled;
    if (this.#wasOver) return true;
    this.handlerThrew(thrown);
    if (this.invocation.isSettled) return true;
    // A filter that throws, too, is not the reason: Nest passes what it throws to the filters of an outer level.
    this.#failure ??= { error: thrown };
    this.#timer ??= setTimeout(() => this.#abandoned.reject(thrown), FILTERS_GRACE_MS);
    return false;
  }

  /** Records a failure outside the pipeline of the method; Nest responds to it. */
  failedOutside(thrown: unknown): void {
    this.#outerFailure = { error: thrown };
  }

  /** Operations that are left may still end the response, in a later invocation; if there are none, nothing will. */
  #expectEndOf(watch: ResponseWatch): void {
    this.#watch = watch;
    watch.expectEnd(() => {
      this.#release();
      const giveUp = () => this.#abandoned.reject(new DurableConfigurationError(responseNotEnded()));
      this.#timer = setTimeout(giveUp, SUSPENSION_GRACE_MS);
    });
  }

  #release(): void {
    this.#endHold?.();
    this.#endHold = undefined;
  }

  #stopTimers(): void {
    this.#watch?.stop();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
