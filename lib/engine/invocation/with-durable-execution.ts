import { LambdaDurableClient } from '../../client/lambda-durable-client.js';
import { openLambda } from '../../client/open-lambda.js';
import { preloaded } from '../../client/preloadable-client.js';
import type { LambdaClientLike } from '../../client/send-without-futile-repeats.js';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import { DURABLE_API, missingMethodOf } from '../../wire/missing-method.js';
import { clientInEvent } from './client-in-event.js';
import type { DurableContext } from '../context/durable-context.js';
import type { DurableLambdaHandler, DurableLambdaOutput } from './durable-lambda-handler.js';
import type { EngineConfig } from './engine-config.js';
import { ConfigValidationError } from '../base/errors/context-errors.js';
import { shown } from '../base/errors/shown.js';
import { isSettingsObject } from '../base/settings-object.js';
import type { LambdaContext } from '../base/lambda-context.js';
import type { DurableLogger } from '../context/logging/durable-logger.js';
import { loadPlugins } from './plugins/load-plugins.js';
import { refuseInvocation, runInvocation } from './run-invocation.js';

export { createLeanDurableClient } from '../../client/lean/lean-durable-client.js';
export type { AwsCredentials, LeanClientOptions } from '../../client/lean/aws-settings.js';
export type { PreloadableClient } from '../../client/preloadable-client.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- handlers that state no types take any event, as in the official types */

/**
 * A function of an execution's input and its context: everything in it may run again, except saved results.
 *
 * @typeParam TEvent - the input that executions are started with
 * @typeParam TLogger - type of the configured logger
 */
export type DurableExecutionHandler<TEvent = any, TResult = any, TLogger extends DurableLogger = DurableLogger> = (
  event: TEvent,
  context: DurableContext<TLogger>,
) => Promise<TResult>;

/** At most one of the two clients; a client in the event, as of a local runner, overrides both. */
export interface DurableExecutionConfig extends EngineConfig {
  /**
   * A configured AWS `LambdaClient`, such as one with other timeouts. @defaultValue one of our own, created on first
   * use
   */
  client?: LambdaClientLike;
  /** Replaces the durable API; may state the scope of a failure with a `DurableExecutionClientError`. */
  durableExecutionClient?: DurableExecutionClient;
}

/**
 * Creates the Lambda handler of a durable function.
 *
 * @param handler - its result is the execution's result; its error fails the execution, unless it is a retryable
 *   `InvocationError`
 * @throws {NotDurableError} (the handler) when the function is invoked without a durable execution
 * @example
 * ```ts
 * export const handler = withDurableExecution(async (order: Order, context) => {
 *   const stock = await context.step('reserve', () => reserve(order));
 *   await context.wait({ hours: 1 });
 *   return stock;
 * });
 * ```
 */
export function withDurableExecution<TEvent = any, TResult = any, TLogger extends DurableLogger = DurableLogger>(
  handler: DurableExecutionHandler<TEvent, TResult, TLogger>,
  given?: DurableExecutionConfig,
): DurableLambdaHandler {
  // Also for null, as in the official SDK.
  const config = given ?? {};
  const problem = handlerProblem(handler) ?? configProblem(config) ?? transportProblem(config);
  const clientProblem = shapeProblem(config);
  // On Lambda this is init: the AWS SDK is loaded there, not in the first invocation.
  const configured =
    config.durableExecutionClient ?? preloaded(new LambdaDurableClient({ client: config.client }, openLambda));
  const plugins = loadPlugins(config.plugins);
  // The invocations report a failure, if there is an invocation at all.
  plugins.catch(() => undefined);
  // Tests and scripts may call it with nothing but an event.
  return async (event, context?: LambdaContext) => {
    const lambdaContext = context ?? ({} as LambdaContext);
    const inEvent = clientInEvent(event);
    const request = { event, lambdaContext, client: inEvent ?? configured, config };
    const mistake = problem ?? (inEvent ? undefined : clientProblem);
    if (mistake) return refuseInvocation(request, mistake) as Promise<DurableLambdaOutput>;
    return runInvocation({
      ...request,
      plugins,
      body: ({ input, context }) => handler(input as TEvent, context as DurableContext<TLogger>),
    }) as Promise<DurableLambdaOutput>;
  };
}

/** Modules that import each other in a circle give `undefined`. */
function handlerProblem(handler: unknown): ConfigValidationError | undefined {
  if (typeof handler === 'function') return undefined;
  return new ConfigValidationError(
    `withDurableExecution() needs the function of the execution, but received ${shown(handler)}. Check what the module ` +
      'of the handler exports, and that modules do not import each other in a circle.',
  );
}

function configProblem(config: unknown): ConfigValidationError | undefined {
  if (isSettingsObject(config)) return undefined;
  return new ConfigValidationError(`The configuration of withDurableExecution() is ${shown(config)}. Give an object.`);
}

/** A client without its methods would be found out after the first side effect. */
function shapeProblem({ client, durableExecutionClient }: DurableExecutionConfig): ConfigValidationError | undefined {
  const needed = { client: [client, ['send']], durableExecutionClient: [durableExecutionClient, DURABLE_API] } as const;
  for (const [member, [given, methods]] of Object.entries(needed)) {
    const missing = missingMethodOf(given, methods);
    if (given === undefined || given === null || missing === undefined) continue;
    const all = methods.map((method) => `${method}()`).join(' and ');
    return new ConfigValidationError(`The configured ${member} has no ${missing}(). Give a client with ${all}.`);
  }
  return undefined;
}

function transportProblem({
  client,
  durableExecutionClient,
}: DurableExecutionConfig): ConfigValidationError | undefined {
  if (!client || !durableExecutionClient) return undefined;
  return new ConfigValidationError(
    'Both client and durableExecutionClient are configured, so it is ambiguous which one to use. Set one: for the ' +
      'durable API through your own client, durableExecutionClient: new DurableExecutionApiClient(client).',
  );
}
