import type { ArgumentsHost } from '@nestjs/common';
import type { DurableContext } from '../../engine/context/durable-context.js';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import { shared } from '../../process-state.js';
import { DURABLE_CONTEXT_TYPE } from '../durable-execution.constants.js';
import { outsideExecution } from './pipeline.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { currentScope } from './current-scope.js';
import type { InvocationRoute } from './invocation-route.js';
import type { InvocationScope } from './invocation-scope.js';
import { requireDurableContext } from './ambient-durable-context.js';

/** What enhancers may read of the execution that they run for; the second argument of a direct call. */
export class DurableArguments {
  readonly #scope: InvocationScope;

  constructor(scope: InvocationScope) {
    this.#scope = scope;
  }

  /** How the handler is reached. */
  get route(): InvocationRoute {
    return this.#scope.route;
  }

  /** The input of the execution; on the HTTP route the event of the request. */
  getInput<T = unknown>(): T {
    return this.#scope.input as T;
  }

  get executionArn(): string {
    return this.#scope.invocation.arn;
  }

  /** The Lambda request id of this invocation. */
  get requestId(): string {
    return this.#scope.invocation.requestId;
  }

  /** Whether the next operation has already completed in an earlier invocation. */
  get isReplaying(): boolean {
    return this.#scope.invocation.isReplaying;
  }

  /** Whether an earlier invocation has passed the guards and saved something. */
  get isResumed(): boolean {
    return this.#scope.admission.isAdmitted;
  }

  get lambdaContext(): LambdaContext {
    return this.#scope.invocation.lambdaContext;
  }

  /** @throws {DurableConfigurationError} before the guards have accepted the call */
  getContext(): DurableContext {
    return requireDurableContext();
  }
}

/** For all copies of this package: on a direct call it is the `REQUEST` of providers. */
const known = shared('durable-arguments', () => new WeakMap<InvocationScope, DurableArguments>());

/** The arguments of an invocation, always the same. */
export function durableArgumentsOf(scope: InvocationScope): DurableArguments {
  let found = known.get(scope);
  if (!found) known.set(scope, (found = new DurableArguments(scope)));
  return found;
}

/** Whether enhancers run for a direct call, without an HTTP request. */
export function isDurableContext(host: ArgumentsHost): boolean {
  return host.getType<string>() === DURABLE_CONTEXT_TYPE;
}

/**
 * The execution for which a guard, interceptor, pipe or filter runs, on both routes.
 * @throws {DurableConfigurationError} outside an execution
 * @example
 * ```ts
 * if (isDurableContext(context)) logger.log(switchToDurable(context).executionArn);
 * ```
 */
export function switchToDurable(_host: ArgumentsHost): DurableArguments {
  const scope = currentScope();
  if (!scope) throw new DurableConfigurationError(outsideExecution());
  return durableArgumentsOf(scope);
}
