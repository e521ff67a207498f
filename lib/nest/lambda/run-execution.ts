/*
 * What an invocation of an execution needs, loaded with the first of them: the engine, and its side of the pipeline of
 * Nest. It must import nothing of Nest itself: a bundler that splits would put that into a separate file, which runs
 * before `reflect-metadata`.
 */
import type { ApplicationConfig } from '@nestjs/core';
import {
  clientInEvent,
  encodeResult,
  loadPlugins,
  openState,
  runInvocation,
} from '../../engine/invocation/invocation-engine.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import type { ExecutionState } from '../../engine/state/execution-state.js';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { type Start, startOf } from '../../wire/named-start.js';
import type { DurableHandler } from '../discovery/durable.registry.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import type { EventTarget } from '../events/lambda-event.registry.js';
import { Admission } from '../pipeline/admission.js';
import { rememberScope } from '../pipeline/current-scope.js';
import { InvocationScope } from '../pipeline/invocation-scope.js';
import { outcomeOfCall, outcomeOfEvent, outcomeOfRequest } from '../pipeline/pipeline-outcome.js';
import type { HttpEventResponse } from './http/http-event.js';

export { loadPlugins };

/** What an execution runs. */
export type Target =
  | { route: 'direct'; handler: DurableHandler }
  | { route: 'event'; handler: EventTarget }
  | { route: 'http'; open(): Promise<Router> };

/** Responds to the request that is the input. */
export type Router = () => Promise<HttpEventResponse>;

export interface Execution {
  event: DurableExecutionInvocationInput;
  lambdaContext: LambdaContext;
  /** The client of the application. */
  client(): DurableExecutionClient;
  settings: DurableExecutionModuleOptions;
  config: ApplicationConfig;
  /** The `@Durable()` methods that this function runs. @defaultValue all */
  handlers: readonly string[] | undefined;
  plugins: ReturnType<typeof loadPlugins>;
  /** @throws {DurableConfigurationError} when this function does not run it */
  targetOf(start: Start): Target;
}

/** The engine around the pipeline of Nest. */
export function runExecution(execution: Execution): Promise<unknown> {
  const { event, lambdaContext, settings, plugins } = execution;
  const config = settings.engine;
  // With a local runner, the event contains the client.
  const client = clientInEvent(event) ?? execution.client();
  const state = openState(event, client, config);
  let start: Start = { input: undefined };
  const readInput = (stored: unknown): unknown => (start = startOf(stored)).input;
  const body = (invocation: DurableInvocation): Promise<unknown> => {
    const { input } = invocation;
    return runBody(execution, { invocation, state, start: { ...start, input } });
  };
  return runInvocation({ event, lambdaContext, client, config, plugins, state, readInput, body });
}

interface OpenExecution {
  invocation: DurableInvocation;
  state: ExecutionState;
  start: Start;
}

async function runBody(execution: Execution, { invocation, state, start }: OpenExecution): Promise<unknown> {
  const { settings, config, handlers } = execution;
  const admission = new Admission(invocation, state);
  let target: Target;
  try {
    target = execution.targetOf(start);
  } catch (problem) {
    if (!(problem instanceof DurableConfigurationError)) throw problem;
    // Fails an execution that has not started; a running one continues when the function is deployed again.
    return invocation.refuse(problem);
  }
  const { route } = target;
  const scope = new InvocationScope({ invocation, input: start.input, route, admission, settings, config, handlers });
  rememberScope(scope);
  // What fails after the method, such as an interceptor, fails the execution too.
  return scope.compensation.aroundPipeline(outcomeOf(target, scope).then((result) => savable(result, scope)));
}

/** @throws {UnsavableValueError} while what the method has done can still be undone */
async function savable(result: unknown, { compensation }: InvocationScope): Promise<unknown> {
  if (!compensation.isNeeded) return result;
  await compensation.undone;
  const encoded = encodeResult(result);
  if (encoded instanceof Error) throw encoded;
  return result;
}

async function outcomeOf(target: Target, scope: InvocationScope): Promise<unknown> {
  switch (target.route) {
    case 'direct':
      return outcomeOfCall(scope, () => target.handler.run(scope));
    case 'event':
      return outcomeOfEvent(scope, () => target.handler.run(scope.input, scope.invocation.lambdaContext));
    case 'http': {
      const router = await openedRouter(target, scope.invocation);
      return router && outcomeOfRequest(scope, router);
    }
    default:
      return target satisfies never;
  }
}

/** The router, if this deployment has one. What is missing ends the invocation as an unknown handler does. */
async function openedRouter(
  { open }: Extract<Target, { route: 'http' }>,
  invocation: DurableInvocation,
): Promise<Router | undefined> {
  try {
    return await open();
  } catch (problem) {
    await invocation.refuse(problem as Error);
    return undefined;
  }
}
