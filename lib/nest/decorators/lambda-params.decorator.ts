import { type ArgumentsHost, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import { noLambdaHere } from './decorators.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { EventArguments } from '../events/event-arguments.js';
import { currentScope } from '../pipeline/current-scope.js';
import { unconverted } from './unconverted.js';

/** The arguments with which Lambda has called the function. */
export interface LambdaCall {
  event: unknown;
  context: LambdaContext;
}

/**
 * The event of this call: the HTTP event of a request, the event of a `@LambdaEvent()` method, or the input of an execution.
 * @example
 * ```ts
 * who(@LambdaPayload() event: APIGatewayProxyEventV2WithJWTAuthorizer) {}
 * ```
 */
export const LambdaPayload: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => lambdaCallOf(context).event,
);

/** Lambda's context of this invocation, on every route. */
export const LambdaCtx: () => ParameterDecorator = unconverted(
  createParamDecorator((_data: unknown, context: ExecutionContext) => lambdaCallOf(context).context),
);

/**
 * The same for guards, interceptors and filters.
 * @throws {DurableConfigurationError} if no Lambda event is being handled, such as in a server that listens
 */
export function lambdaCallOf(context: ArgumentsHost): LambdaCall {
  const call = callOfRequest(context) ?? callOfEvent(context) ?? callOfExecution();
  if (!call) throw new DurableConfigurationError(noLambdaHere());
  return call;
}

interface BridgedRequest {
  lambda?: LambdaCall;
  /** Fastify's request wraps that of Node. */
  raw?: { lambda?: LambdaCall };
}

/** GraphQL passes the request to resolvers in their third argument. */
function callOfRequest(context: ArgumentsHost): LambdaCall | undefined {
  const type = context.getType<string>();
  if (type !== 'http' && type !== 'graphql') return undefined;
  const holder = context.getArgByIndex<{ req?: BridgedRequest } & BridgedRequest>(type === 'http' ? 0 : 2);
  const request = type === 'http' ? holder : holder?.req;
  return request?.lambda ?? request?.raw?.lambda;
}

function callOfEvent(context: ArgumentsHost): LambdaCall | undefined {
  const call = EventArguments.in(context.getArgs());
  return call && { event: call.getInput(), context: call.lambdaContext };
}

function callOfExecution(): LambdaCall | undefined {
  const scope = currentScope();
  return scope && { event: scope.input, context: scope.invocation.lambdaContext };
}
