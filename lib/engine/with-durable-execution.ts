import type { DurableExecutionClient } from '../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput, DurableExecutionInvocationOutput } from '../wire/envelope.js';
import { createLambdaDurableClient } from '../client/lambda-durable-client.js';
import type { LambdaClientLike } from '../client/send-without-futile-repeats.js';
import type { DurableContext } from './context/durable-context.js';
import type { EngineConfig } from './engine-config.js';
import type { LambdaContext } from './lambda-context.js';
import { runInvocation } from './run-invocation.js';

/** A function of an execution's input and its context: everything in it may run again, except what is saved. */
export type DurableExecutionHandler<TEvent = unknown, TResult = unknown> = (
  event: TEvent,
  context: DurableContext,
) => Promise<TResult>;

export type DurableLambdaHandler = (
  event: DurableExecutionInvocationInput,
  context: LambdaContext,
) => Promise<DurableExecutionInvocationOutput>;

export interface DurableExecutionConfig extends EngineConfig {
  /** A configured AWS `LambdaClient`, such as one with other timeouts. @defaultValue one of our own, made on first use */
  client?: LambdaClientLike;
  /** Takes the place of the durable API altogether. */
  durableExecutionClient?: DurableExecutionClient;
}

/**
 * Makes a Lambda handler of a durable function.
 *
 * @param handler - its result is the execution's; what it throws fails the execution, unless it is a retryable
 *   `InvocationError`
 * @throws {NotDurableError} (the handler) when the function is invoked without a durable execution
 * @example
 * export const handler = withDurableExecution(async (order: Order, context) => {
 *   const stock = await context.step('reserve', () => reserve(order));
 *   await context.wait({ hours: 1 });
 *   return stock;
 * });
 */
export function withDurableExecution<TEvent = unknown, TResult = unknown>(
  handler: DurableExecutionHandler<TEvent, TResult>,
  config: DurableExecutionConfig = {},
): DurableLambdaHandler {
  const client = config.durableExecutionClient ?? createLambdaDurableClient({ client: config.client });
  return (event, lambdaContext) =>
    runInvocation({
      event,
      lambdaContext,
      client,
      config,
      body: ({ input, context }) => handler(input as TEvent, context),
    });
}
