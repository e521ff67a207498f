import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import { currentInvocation } from '../../engine/context/current.js';
import { isUnrecoverableError } from '../../engine/errors/recognise.js';
import type { DurableInvocation } from '../../engine/durable-invocation.js';
import { type Admission, GUARDS_STEP, type GuardedProperties } from './admission.js';
import { describeFailure } from './describe-failure.js';
import { GuardedRequest } from './guarded-request.js';
import { isHttpAnswer } from './http-answer.js';

/** How an invocation reaches its handler: by name, or through the HTTP router. */
export type InvocationRoute = 'direct' | 'http';

/**
 * Found by the invocation, which the engine knows wherever code of it runs: a storage of our own beside the engine's would
 * have Node do its work for every promise twice.
 */
const scopes = new WeakMap<DurableInvocation, InvocationScope>();

/** What the pipeline knows of one invocation while Nest's enhancers run. */
export class InvocationScope {
  readonly invocation: DurableInvocation;
  /** Decoded once: the invocation decodes it anew each time it is asked. */
  readonly input: unknown;
  readonly route: InvocationRoute;
  readonly admission: Admission;
  #guardedRequest?: GuardedRequest;
  #guardedProperties: GuardedProperties = {};
  #hasStarted = false;
  #handlerFailure?: { readonly error: unknown };
  #endHold?: () => void;

  constructor({ invocation, input, route, admission }: InvocationScopeOptions) {
    this.invocation = invocation;
    this.input = input;
    this.route = route;
    this.admission = admission;
    scopes.set(invocation, this);
  }

  static current(): InvocationScope | undefined {
    const invocation = currentInvocation();
    return invocation && scopes.get(invocation);
  }

  /** Whether durable operations may be called: once the guards have let the call pass and the handler is next. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Asks a guard, unless the execution was admitted in an earlier invocation: then the request gets what it had then. */
  async passGuard(context: ExecutionContext, ask: () => ReturnType<CanActivate['canActivate']>): Promise<boolean> {
    const request = this.route === 'http' ? context.switchToHttp().getRequest<object>() : undefined;
    if (this.admission.isAdmitted) {
      Object.assign(request ?? {}, this.admission.properties);
      return true;
    }
    if (request) this.#guardedRequest ??= new GuardedRequest(request);
    const answer = await ask();
    const isPassed = isObservable(answer) ? await lastValueFrom(answer) : answer;
    if (request && isPassed) Object.assign(request, (this.#guardedProperties = this.#guardedRequest!.changes()));
    return isPassed;
  }

  /** May come again: an interceptor can subscribe to the handler once more. */
  handlerStarts(): void {
    if (!this.#hasStarted) this.#saveGuardedProperties();
    this.#hasStarted = true;
    this.#handlerFailure = undefined;
    this.#endHold?.();
    this.#endHold = undefined;
  }

  /** Takes the handler's own value: on the direct route enhancers around it may observe, but not rewrite, the result. */
  handlerReturned(value: unknown): void {
    this.#endHold = this.invocation.holdOpen();
    if (this.route === 'direct') this.invocation.proposeSuccess(value);
  }

  /**
   * Notes what the handler threw. Enhancers may still translate it, but not when it states its own scope: an interceptor
   * that maps everything to a 502 must not turn a retry into a result.
   */
  handlerThrew(error: unknown): void {
    this.#endHold = this.invocation.holdOpen();
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

  /** Not awaited: updates are saved in order, so this one before anything the handler saves. */
  #saveGuardedProperties(): void {
    const properties = this.#guardedProperties;
    if (!this.admission.isRecorded && Object.keys(properties).length === 0) return;
    void this.invocation.context.step(GUARDS_STEP, async () => properties);
  }
}

export interface InvocationScopeOptions {
  invocation: DurableInvocation;
  input: unknown;
  route: InvocationRoute;
  admission: Admission;
}
