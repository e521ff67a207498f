import type { ApplicationConfig } from '@nestjs/core';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { durableNameOf, methodNameOf } from '../discovery/method-name.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { Compensation } from '../compensation/compensation.js';
import type { DurableOptions } from '../decorators/durable-options.js';
import { notRunHere } from './pipeline.messages.js';
import { secondMethod } from './execution.messages.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { handlerErrors } from '../errors/handler-errors.js';
import type { Admission } from './admission.js';
import type { RefusingGuard } from './guard.js';
import { HandlerProgress } from './handler-progress.js';
import type { InvocationRoute } from './invocation-route.js';

export interface InvocationScopeOptions {
  invocation: DurableInvocation;
  input: unknown;
  route: InvocationRoute;
  admission: Admission;
  settings: DurableExecutionModuleOptions;
  config: ApplicationConfig;
  /** The `@Durable()` methods that this function runs. @defaultValue all */
  handlers?: readonly string[] | undefined;
}

/** The pipeline's state of one invocation while Nest's enhancers run. */
export class InvocationScope {
  readonly invocation: DurableInvocation;
  /** Decoded once: the invocation decodes it again each time it is read. */
  readonly input: unknown;
  readonly route: InvocationRoute;
  readonly admission: Admission;
  readonly settings: DurableExecutionModuleOptions;
  readonly config: ApplicationConfig;
  readonly handlers: readonly string[] | undefined;
  /** The progress of the durable method. */
  readonly progress: HandlerProgress;
  /** The registered undos of the durable method. */
  readonly compensation: Compensation;
  #method: HandlerMethod | undefined;
  /** The guard that may have refused a direct call for lack of a request. */
  refusingGuard: RefusingGuard | undefined;

  constructor({ invocation, input, route, admission, settings, config, handlers }: InvocationScopeOptions) {
    this.invocation = invocation;
    this.input = input;
    this.route = route;
    this.admission = admission;
    this.settings = settings;
    this.config = config;
    this.handlers = handlers;
    this.compensation = new Compensation(invocation);
    this.progress = new HandlerProgress(invocation, this.compensation);
  }

  /**
   * The guards of a method are next.
   * @throws {DurableConfigurationError} if a method was reached before, this one too: what guards mean for the execution
   *   is decided once
   */
  guardsAreOf(method: HandlerMethod, options: DurableOptions): void {
    if (this.#method) this.#refuseSecond(method);
    this.handlerIs(method, options);
  }

  /**
   * The method that will run is known: from now on its declarations apply. Interceptors may call it again.
   * @throws {DurableConfigurationError} if another one was reached before, such as a route that has called `next()`
   */
  handlerIs(method: HandlerMethod, { errors, maxFailedInvocations }: DurableOptions): void {
    if (this.#method && this.#method !== method) this.#refuseSecond(method);
    this.#method = method;
    const ofApplication = this.settings.engine?.errors;
    const own = ofApplication && errors && errors.length > 0 ? handlerErrors(ofApplication, errors) : undefined;
    this.invocation.configure({ errors: own, maxFailedInvocations });
  }

  /**
   * Whether this function must not run the method of a route. Then the invocation ends, like that of a direct call: an
   * execution that has not started fails, and a running one continues when the function is deployed again.
   */
  refusesToRun(host: { readonly name: string }, method: HandlerMethod, options: DurableOptions): boolean {
    if (this.route !== 'http' || !this.handlers) return false;
    const handler = durableNameOf(host, method, options);
    if (this.handlers.includes(handler)) return false;
    void this.invocation.refuse(new DurableConfigurationError(notRunHere(handler, this.handlers)));
    return true;
  }

  /** The execution fails, also if the error is caught. */
  #refuseSecond(method: HandlerMethod): never {
    const error = new DurableConfigurationError(secondMethod(methodNameOf(method)));
    this.invocation.proposeFailure(error);
    throw error;
  }
}
