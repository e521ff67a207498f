import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { Compensation } from '../compensation/compensation.js';
import { finalFailureOf } from '../errors/final-failure.js';
import { Approach } from './approach.js';
import { AwaitedResponse } from './awaited-response.js';
import { Deferred } from './deferred.js';
import type { ResponseWatch } from './response-watch.js';

/** A response that code may send before its end. */
interface GivenResponse {
  readonly headersSent: boolean;
}

/**
 * How far an invocation has come with its durable method: it is with the guards until they have passed, also if there
 * are none. A handler that is called again stays where it was.
 */
export type Stage = 'guards' | 'interceptors' | 'pipes' | 'body';

/** What was thrown, which may be anything, also `undefined`. */
export interface Thrown {
  readonly error: unknown;
}

/** The progress of an invocation with its durable method, and with the enhancers around it. */
export class HandlerProgress {
  stage: Stage = 'guards';
  /** The failure of the method's pipeline, before any filter of the application saw it. */
  failure: Thrown | undefined;
  /** What was thrown outside the pipeline of the method, such as by middleware, or as Fastify wrote its result. */
  outerFailure: Thrown | undefined;
  /** What was thrown after the response was sent, so that no filter can respond to it. */
  lateFailure: Thrown | undefined;
  /** Whether the handler's value or error has reached the interceptors around it. */
  hasHandlerGiven = false;
  /** Whether what was thrown decides the outcome. Everything may have to be undone before the invocation ends. */
  hasFailedFinally = false;
  #running = 0;
  #endHold: (() => void) | undefined;
  #hasPipelineCompleted = false;
  #idle = new Deferred<void>();
  readonly #approach = new Approach();
  readonly #awaited: AwaitedResponse;
  #response: GivenResponse | undefined;
  #pipeline: Deferred<void> | undefined;
  #filter: Promise<unknown> | undefined;

  constructor(
    private readonly invocation: DurableInvocation,
    private readonly compensation: Pick<Compensation, 'fail'>,
  ) {
    this.#awaited = new AwaitedResponse(invocation);
    void invocation.settled.then(() => this.#awaited.stop());
  }

  /** Rejects when no response will come any more. */
  get abandoned(): Promise<never> {
    return this.#awaited.abandoned;
  }

  /** Whether the interceptors have called the handler: from then on durable operations may be called. */
  get hasStarted(): boolean {
    return this.stage === 'pipes' || this.stage === 'body';
  }

  /** Guards or interceptors have started: the handler may follow. */
  approaches(): void {
    this.#approach.begin();
  }

  /** The guards of the durable method have accepted this invocation. */
  guardsPassed(): void {
    this.stage = 'interceptors';
  }

  /**
   * Interceptors have started.
   * @param unended - the response that the method itself must end
   */
  interceptorsStart(response: GivenResponse | undefined, unended?: ResponseWatch): void {
    this.approaches();
    this.#awaited.watchedBy(unended);
    this.#response = response;
    this.#pipeline ??= new Deferred();
  }

  /**
   * Interceptors have ended with a value, also in place of a failure or of the method: no filter responds.
   * @param unended - the response, if the framework sends it: the value may be a stream that awaits operations
   */
  pipelineCompleted(unended?: ResponseWatch): void {
    if (unended) this.#awaited.watchedBy(unended);
    this.pipelineEnded();
    this.#hasPipelineCompleted = true;
    if (this.#running === 0) this.#expectEnd();
  }

  /** Interceptors have ended with a value, or a filter has handled what was thrown. */
  pipelineEnded(): void {
    this.#approach.end();
    this.#pipeline?.resolve();
  }

  /** Records a failure if the response was sent already. */
  noteLateFailure(error: unknown): void {
    if (this.#response?.headersSent) this.lateFailure ??= { error };
  }

  /** Interceptors have ended with an error, which Nest passes to a filter, or to the client of a stream of events. */
  pipelineFailed(error: unknown): void {
    this.noteLateFailure(error);
    setImmediate(() => this.failure ?? this.pipelineEnded());
  }

  /** A filter has been called for the failure, and works on; its answer never rejects. */
  filterAnswers(answer: Promise<unknown>): void {
    this.#filter = answer;
  }

  /**
   * Waits until the handler is reached, or will not be: code on the way to it may respond first and then continue. If it
   * was, waits for its end, and for the end of interceptors and filters around it.
   */
  async pipelineIdle(): Promise<void> {
    if (!this.hasStarted) await this.#approach.ended();
    if (!this.hasStarted) return;
    // Filters that take too long change nothing: the response was sent.
    await Promise.race([this.#pipeline?.promise, this.abandoned]).catch(() => undefined);
    while (this.#running > 0) await this.#idle.promise;
  }

  /** May be called again: an interceptor can subscribe to the handler once more, also while it runs. */
  handlerStarts(): void {
    if (this.#running === 0) this.#idle = new Deferred();
    this.hasHandlerGiven = false;
    this.#running += 1;
    if (!this.hasStarted) this.stage = 'pipes';
    // A pipe may fail before the method is called, and an interceptor may wait then.
    this.invocation.expectHandler();
    this.#approach.end();
    this.failure = this.lateFailure = undefined;
    this.#awaited.stop();
    this.#release();
  }

  /** Interceptors receive the handler's value or error next. */
  handlerGave(): void {
    this.hasHandlerGiven = true;
  }

  /** Before the handler is called, the method is no handler: a guard or an interceptor has called it. */
  bodyStarts(): void {
    if (this.hasStarted) this.stage = 'body';
  }

  /** Enhancers turn the handler's value into the result: until they have, the invocation must not be suspended. */
  handlerEnded({ hasReturned = false } = {}): void {
    this.#running -= 1;
    if (this.#running > 0) return;
    this.#endHold ??= this.invocation.holdOpen();
    this.#idle.resolve();
    // After a failure, filters respond.
    if (hasReturned || this.#hasPipelineCompleted) this.#expectEnd();
  }

  /**
   * A failure that states its scope, or that a declared rule decides, is final immediately: no enhancer may change it.
   * @returns whether it is final
   */
  handlerThrew(thrown: unknown): boolean {
    this.handlerGave();
    const final = finalFailureOf(this.invocation, thrown);
    if (final) this.compensation.fail(final.error);
    this.hasFailedFinally ||= final !== undefined;
    return final !== undefined;
  }

  /**
   * Records the failure of the method's pipeline, before filters run.
   * @returns whether filters must not handle it
   */
  observes(thrown: unknown): boolean {
    this.#approach.end();
    const isFinal = this.invocation.isSettled || this.handlerThrew(thrown);
    if (isFinal || this.invocation.isSettled) return true;
    // A filter that throws, too, is not the reason: Nest passes what it throws to the filters of an outer level.
    if (!this.failure) {
      this.failure = { error: thrown };
      this.#awaited.expectOfFilters(thrown);
    }
    void this.#filtered();
    return false;
  }

  async #filtered(): Promise<void> {
    // Nest calls the filter synchronously, once it has found it.
    await Promise.resolve();
    await this.#filter;
    this.pipelineEnded();
  }

  /** Records a failure outside the pipeline of the method; Nest responds to it. */
  failedOutside(thrown: unknown): void {
    this.outerFailure = { error: thrown };
  }

  /** No code is expected to end the response any more, except filters after a failure. */
  #expectEnd(): void {
    if (!this.failure) this.#awaited.expectOfMethod(() => this.#release());
  }

  #release(): void {
    this.#endHold?.();
    this.#endHold = undefined;
  }
}
