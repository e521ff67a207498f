import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { responseNotEnded } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { finalFailureOf } from '../errors/judge-handler-failure.js';
import { Deferred } from './deferred.js';
import type { ResponseWatch } from './response-watch.js';

/** How a call of the handler has ended; nothing of it is set when it was left behind. */
export interface HandlerEnding {
  /** Thrown when the response had left already, so that nobody can answer it any more. */
  lateFailure?: { readonly error: unknown };
  /** Of the response that the handler itself has to end. */
  unended?: ResponseWatch | undefined;
}

/** How long filters may take to answer a failure; one that reports to another service may flush first. */
const FILTERS_GRACE_MS = 5_000;

/** How long it may take the engine to see that all that is left waits for the service. */
const SUSPENSION_GRACE_MS = 250;

/** How far an invocation has come with its durable method, and with the enhancers around it. */
export class HandlerProgress {
  #running = 0;
  #hasStarted = false;
  #bodyHasBegun = false;
  #failure: { readonly error: unknown } | undefined;
  #lateFailure: HandlerEnding['lateFailure'];
  #wasOver = false;
  #isCutOff = false;
  #endHold: (() => void) | undefined;
  #watch: ResponseWatch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idle = new Deferred<void>();
  readonly #abandoned = new Deferred<never>();

  constructor(private readonly invocation: DurableInvocation) {
    void invocation.settled.then(() => this.#stopTimers());
  }

  /** Whether the interceptors have let the handler be called; pipes come after that. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Whether the body of the method has been entered. */
  get bodyHasBegun(): boolean {
    return this.#bodyHasBegun;
  }

  /** What has left the pipeline of the method, before any filter of the application saw it. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  get lateFailure(): { readonly error: unknown } | undefined {
    return this.#lateFailure;
  }

  /** Whether the invocation had ended when the pipeline was cut short: then nobody may answer anything. */
  get wasOver(): boolean {
    return this.#wasOver;
  }

  /** Whether the invocation has ended while the handler ran. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** Rejects when nobody will give an answer any more. */
  get abandoned(): Promise<never> {
    return this.#abandoned.promise;
  }

  cutOff(): void {
    this.#isCutOff = true;
  }

  bodyBegins(): void {
    this.#bodyHasBegun = true;
  }

  /** May come again: an interceptor can subscribe to the handler once more, also while it runs. */
  handlerStarts(): void {
    if (this.#running === 0 && this.#hasStarted) this.#idle = new Deferred();
    this.#running += 1;
    this.#hasStarted = true;
    this.#failure = this.#lateFailure = undefined;
    this.#stopTimers();
    this.#release();
  }

  /** Enhancers are making the result of what the handler gave: until they have, the invocation may not be suspended. */
  handlerEnded({ lateFailure, unended }: HandlerEnding): void {
    this.#running -= 1;
    this.#lateFailure = lateFailure;
    if (this.#running > 0) return;
    this.#endHold ??= this.invocation.holdOpen();
    this.#idle.resolve();
    if (unended) this.#expectEndOf(unended);
  }

  /** A failure that states its scope, or that a declared rule decides, stands at once: no enhancer may change it. */
  handlerThrew(thrown: unknown): void {
    const final = finalFailureOf(this.invocation, thrown);
    if (final) this.invocation.proposeFailure(final.error);
  }

  /** Waits for the end of every call of the handler, if there was any. */
  async handlerIdle(): Promise<void> {
    while (this.#running > 0) await this.#idle.promise;
  }

  /**
   * Takes note of whatever leaves the pipeline of the method, before filters are asked.
   * @returns whether it is none of their business
   */
  observes(thrown: unknown): boolean {
    this.#wasOver = this.invocation.isSettled;
    if (this.#wasOver) return true;
    this.handlerThrew(thrown);
    if (this.invocation.isSettled) return true;
    this.#failure = { error: thrown };
    this.#timer ??= setTimeout(() => this.#abandoned.reject(thrown), FILTERS_GRACE_MS);
    return false;
  }

  /** Operations that are left may answer yet, in a later invocation; when there are none, nobody will. */
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
