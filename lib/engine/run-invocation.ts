import { executionIdOf } from '../wire/durable-execution-arn.js';
import type { DurableExecutionClient } from '../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput, DurableExecutionInvocationOutput } from '../wire/envelope.js';
import { systemClock } from './clock.js';
import { endInvocation, endingOfFailure } from './ending.js';
import { assertValidConfig, type EngineConfig } from './engine-config.js';
import type { DurableInvocation } from './durable-invocation.js';
import { failureOf, tellExecutionFailed } from './failure-hooks.js';
import { Invocation } from './invocation.js';
import { assertDurableEnvelope } from './invocation-envelope.js';
import type { LambdaContext } from './lambda-context.js';
import { logDecision } from './logging/decision-log.js';
import { JsonLogger } from './logging/json-logger.js';
import { deliver, type Ending, outcomeOfFailure } from './outcome.js';
import { loadPlugins } from './plugins/load-plugins.js';
import type { PluginSource } from './plugins/plugin-source.js';
import { isDurableApiError } from './errors/recognise.js';
import { UnreadableStateError } from './errors/unreadable-state-error.js';
import type { Failure } from './settlement.js';
import type { ExecutionState } from './state/execution-state.js';
import { openState } from './state/load-state.js';

export interface InvocationRequest {
  event: DurableExecutionInvocationInput;
  lambdaContext: LambdaContext;
  client: DurableExecutionClient;
  config?: EngineConfig;
  /** The state of the event, where the caller has begun to read it already; see `openState`. */
  state?: ExecutionState;
  /**
   * The plugins of the configuration and of the environment, loaded once for all invocations; see `loadPlugins`. Without
   * them those of the configuration alone are used.
   */
  plugins?: Promise<readonly PluginSource[]>;
  /**
   * Reads the input of the handler and of plugins from the input that is stored, where more than it is stored.
   * @defaultValue the stored input is the input
   */
  readInput?: (stored: unknown) => unknown;
  /**
   * Runs as soon as what it replays first is known, while further pages of state may be on their way; what it returns or
   * throws is a proposal for the outcome.
   */
  body(invocation: DurableInvocation): Promise<unknown>;
}

/**
 * Runs one Lambda invocation of an execution from its envelope to its answer.
 *
 * It ends when its body has, when nothing can go on without the service, or when a call of the durable API has failed,
 * whichever comes first; a body that goes on after that, or never ends, is left behind.
 *
 * @returns the response for the service
 * @throws {NotDurableError} when the event is no durable envelope
 * @throws whatever failed, when the failure reaches no further than this invocation, so that Lambda invokes again
 */
export async function runInvocation(request: InvocationRequest): Promise<DurableExecutionInvocationOutput> {
  assertDurableEnvelope(request.event, request.lambdaContext);
  return deliver(await endingOf(request));
}

async function endingOf(request: InvocationRequest): Promise<Ending> {
  let invocation: Invocation;
  try {
    invocation = await open(request);
  } catch (error) {
    const failure = unopened(request, error);
    if (failure.kind === 'failed') await tellUnopened(request, failure.error);
    return endingOfFailure(failure);
  }
  const run = async () => {
    invocation.run(request.body);
    await invocation.settled;
    return endInvocation(invocation);
  };
  return invocation.plugins ? invocation.plugins.run(run) : run();
}

async function open(request: InvocationRequest): Promise<Invocation> {
  const { event, lambdaContext, client, config = {}, readInput } = request;
  assertValidConfig(config);
  const state = request.state ?? openState(event, client, config);
  const observe = await observerOf(event, await (request.plugins ?? loadPlugins(config.plugins, {})));
  // Plugins are told of the whole state at once, and without its EXECUTION operation there is no input.
  const hasInput = () => state.executionOperation(executionIdOf(event.DurableExecutionArn)) !== undefined;
  if (observe || !hasInput()) await state.completion;
  if (!hasInput()) throw UnreadableStateError.withoutExecution();
  return new Invocation({ event, lambdaContext, client, state, config, observe, readInput });
}

/** What observes invocations is loaded by those who have plugins. */
async function observerOf({ UpdatedOperationIds }: DurableExecutionInvocationInput, plugins: readonly PluginSource[]) {
  if (plugins.length === 0) return undefined;
  const { InvocationPlugins } = await import('./plugins/invocation-plugins.js');
  // For plugins only: what cannot be read of them is left out.
  const updated = Array.isArray(UpdatedOperationIds) ? UpdatedOperationIds : [];
  return (invocation: Invocation) => new InvocationPlugins(invocation, plugins, updated);
}

/** Refuses an invocation before anything of it is read, for what is wrong with the function itself. */
export function refuseInvocation(
  request: Pick<InvocationRequest, 'event' | 'lambdaContext' | 'config'>,
  problem: Error,
): DurableExecutionInvocationOutput {
  assertDurableEnvelope(request.event, request.lambdaContext);
  return deliver(endingOfFailure(unopened(request, problem)));
}

/** The state could not be read, or the configuration is wrong: nothing is to be drained, and user code has not run. */
function unopened(
  { event, lambdaContext, config }: Pick<InvocationRequest, 'event' | 'lambdaContext' | 'config'>,
  error: unknown,
): Failure {
  const path = isDurableApiError(error) ? 'initial-state' : 'user-code';
  const failure = outcomeOfFailure(error, path);
  logDecision(config?.logger ?? new JsonLogger(), failure, {
    executionArn: event.DurableExecutionArn,
    requestId: lambdaContext?.awsRequestId,
  });
  return failure;
}

function tellUnopened({ event, lambdaContext, config = {} }: InvocationRequest, error: unknown): Promise<void> {
  const failure = failureOf(error, {
    executionArn: event.DurableExecutionArn,
    requestId: lambdaContext.awsRequestId,
  });
  const { logger = new JsonLogger(), clock = systemClock } = config;
  const remainingMs = () => lambdaContext.getRemainingTimeInMillis();
  return tellExecutionFailed({ hooks: config, logger, clock, remainingMs }, failure);
}
