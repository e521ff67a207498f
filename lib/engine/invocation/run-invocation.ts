import { executionIdOf } from '../../wire/durable-execution-arn.js';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import { isNotDeployed } from '../../wire/not-deployed.js';
import type { DurableExecutionInvocationInput, DurableExecutionInvocationOutput } from '../../wire/envelope.js';
import { watchDeadline, type Watched } from './deadline/watch-deadline.js';
import { systemClock } from '../base/clock.js';
import { settingsFromClient } from './client-in-event.js';
import { endInvocation, endingOfFailure } from './ending.js';
import { assertValidConfig, type EngineConfig } from './engine-config.js';
import type { DurableInvocation } from './durable-invocation.js';
import { failureOf, tellExecutionFailed } from './failure-hooks.js';
import { Invocation } from './invocation.js';
import { assertDurableEnvelope } from './invocation-envelope.js';
import { handled } from '../base/handled.js';
import { remainingMsOf } from '../../wire/remaining-time.js';
import type { LambdaContext } from '../base/lambda-context.js';
import { logDecision } from '../context/logging/decision-log.js';
import { JsonLogger } from '../context/logging/json-logger.js';
import { deliver, type Ending, outcomeOfFailure } from './outcome.js';
import { loadPlugins } from './plugins/load-plugins.js';
import type { PluginSource } from './plugins/plugin-source.js';
import { isDurableApiError, isRetryableError } from '../base/errors/recognise.js';
import { TransportLoadError } from '../base/errors/transport-load-error.js';
import { UnreadableStateError } from '../base/errors/unreadable-state-error.js';
import { refusalOf } from './refusal.js';
import type { Failure } from './settlement.js';
import type { ExecutionState } from '../state/execution-state.js';
import { openState } from '../state/load-state.js';

export interface InvocationRequest {
  event: DurableExecutionInvocationInput;
  lambdaContext: LambdaContext;
  client: DurableExecutionClient;
  config?: EngineConfig;
  /** The state of the event, if the caller has started to read it already; see `openState`. */
  state?: ExecutionState;
  /**
   * The plugins of the configuration and of the environment, loaded once for all invocations; see `loadPlugins`.
   * Without it only those of the configuration are used.
   */
  plugins?: Promise<readonly PluginSource[]>;
  /**
   * Extracts the input of the handler and of plugins from the stored input, if more than that is stored.
   * @defaultValue the stored input is the input
   */
  readInput?: (stored: unknown) => unknown;
  /**
   * Runs as soon as its first replayed operations are known, while further pages of state may be pending; its value or
   * error is a proposal for the outcome.
   */
  body(invocation: DurableInvocation): Promise<unknown>;
}

/**
 * Runs one Lambda invocation of an execution from its envelope to its response.
 *
 * It ends when its body has ended, when nothing can continue without the service, or when a call of the durable API has
 * failed, whichever comes first. A body that continues after that, or never ends, is abandoned.
 *
 * @returns the response for the service
 * @throws {NotDurableError} when the event is not a durable envelope
 * @throws the failure, if its scope is only this invocation, so that Lambda invokes again
 */
export async function runInvocation(request: InvocationRequest): Promise<DurableExecutionInvocationOutput> {
  assertDurableEnvelope(request.event, request.lambdaContext);
  return deliver(await endingOf(request));
}

async function endingOf(request: InvocationRequest): Promise<Ending> {
  const { event, client, config, state = openState(event, client, config) } = request;
  return watching(request, { state }, async (watched) => {
    let invocation: Invocation;
    try {
      invocation = watched.invocation = await open(request, state);
    } catch (error) {
      return refused(request, await counted(request, await failureBefore(error, state), state));
    }
    const run = async () => {
      invocation.run(request.body);
      await invocation.settled;
      return endInvocation(invocation);
    };
    return invocation.plugins ? invocation.plugins.run(run) : run();
  });
}

/** Runs a part of an invocation, and watches its deadline meanwhile. */
async function watching<T>(
  { event: { DurableExecutionArn: executionArn }, lambdaContext, client, config = {} }: RefusedRequest,
  watched: Watched,
  act: (watched: Watched) => Promise<T>,
): Promise<T> {
  const { clock, logger } = settingsFromClient(client, config);
  const watch = watchDeadline(watched, lambdaContext, { clock, logger, executionArn });
  try {
    return await act(watched);
  } finally {
    watch.stop();
  }
}

async function open(request: InvocationRequest, state: ExecutionState): Promise<Invocation> {
  const { event, lambdaContext, client, readInput } = request;
  const config = settingsFromClient(client, request.config ?? {});
  assertValidConfig(config);
  // The code that waits for it may fail before.
  const loading = client.preload && handled(load(client));
  const observe = await observerOf(event, await (request.plugins ?? loadPlugins(config.plugins, {})));
  await loading;
  // Plugins receive the whole state at the start, and without its EXECUTION operation there is no input.
  const hasInput = () => state.executionOperation(executionIdOf(event.DurableExecutionArn)) !== undefined;
  if (observe || !hasInput()) await state.completion;
  if (!hasInput()) throw UnreadableStateError.withoutExecution();
  return new Invocation({ event, lambdaContext, client, state, config, observe, readInput });
}

/** Loads the transport. Other failures say nothing about the deployment: the first call reports them. */
async function load(client: DurableExecutionClient): Promise<void> {
  try {
    await client.preload?.();
  } catch (error) {
    if (isNotDeployed(error)) throw new TransportLoadError(error);
  }
}

/** The observer of invocations is loaded only if there are plugins. */
async function observerOf({ UpdatedOperationIds }: DurableExecutionInvocationInput, plugins: readonly PluginSource[]) {
  if (plugins.length === 0) return undefined;
  const { InvocationPlugins } = await import('./plugins/invocation-plugins.js');
  // Only for plugins: unreadable entries are left out.
  const updated = Array.isArray(UpdatedOperationIds) ? UpdatedOperationIds : [];
  return (invocation: Invocation) => new InvocationPlugins(invocation, plugins, updated);
}

/** What is known of a refused invocation. */
export type RefusedRequest = Pick<InvocationRequest, 'event' | 'lambdaContext' | 'client' | 'config' | 'state'>;

/**
 * Refuses an invocation because of a mistake of the function itself, such as a handler that it does not have. No user
 * code runs. An execution without operations fails with the problem; for a running one the problem is thrown, so that a
 * corrected deployment can continue it.
 *
 * @param problem - says what is wrong, and what to do
 * @throws {NotDurableError} when the event is not a durable envelope
 * @throws the problem, when the execution is running or its state cannot be read
 */
export async function refuseInvocation(
  request: RefusedRequest,
  problem: Error,
): Promise<DurableExecutionInvocationOutput> {
  const { event, lambdaContext, client, config } = request;
  assertDurableEnvelope(event, lambdaContext);
  const { state = openState(event, client, config) } = request;
  const refusal = async () => refused(request, await refusalOf(problem, state));
  return deliver(await watching(request, { state }, refusal));
}

/** The failure of an invocation before user code has run: an unreadable state, or a mistake of the deployment. */
async function failureBefore(error: unknown, state: ExecutionState): Promise<Failure> {
  const isOfState = isDurableApiError(error) || isRetryableError(error);
  return isOfState ? outcomeOfFailure(error, 'initial-state') : refusalOf(error, state);
}

/**
 * Counts a mistake of the deployment like any other failed invocation, so that a running execution is not invoked
 * without end. A transport that cannot be loaded can record nothing.
 */
async function counted(request: InvocationRequest, failure: Failure, state: ExecutionState): Promise<Failure> {
  const { event, lambdaContext, client } = request;
  const config = settingsFromClient(client, request.config ?? {});
  const isMistake = failure.kind === 'retried' && failure.path === 'deployment';
  if (!isMistake || failure.error instanceof TransportLoadError || !isLimit(config.maxFailedInvocations))
    return failure;
  const { countFailedInvocation } = await import('./failed-invocations/count-failed-invocation.js');
  const invocation = new Invocation({ event, lambdaContext, client, state, config });
  await countFailedInvocation(invocation, failure.error, config.maxFailedInvocations);
  invocation.stop();
  invocation.checkpointer.close();
  const { outcome } = invocation.settlement;
  return outcome?.kind === 'failed' ? outcome : failure;
}

/** A limit that is invalid may be the mistake itself. */
function isLimit(most: EngineConfig['maxFailedInvocations']): most is number {
  return typeof most === 'number' && Number.isSafeInteger(most) && most > 0;
}

/** Reports the failure, and returns the ending: no updates are queued. */
async function refused({ event, lambdaContext, config = {} }: RefusedRequest, failure: Failure): Promise<Ending> {
  const { logger = new JsonLogger(), clock = systemClock } = config;
  const subject = { executionArn: event.DurableExecutionArn, requestId: lambdaContext.awsRequestId };
  logDecision(logger, failure, subject);
  if (failure.kind === 'failed') {
    const remainingMs = () => remainingMsOf(lambdaContext);
    await tellExecutionFailed({ config, logger, clock, remainingMs }, failureOf(failure.error, subject));
  }
  return endingOfFailure(failure);
}
