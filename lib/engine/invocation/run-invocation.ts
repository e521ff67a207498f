import { executionIdOf } from '../../wire/durable-execution-arn.js';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import { isNotDeployed } from '../../wire/not-deployed.js';
import type { DurableExecutionInvocationInput, DurableExecutionInvocationOutput } from '../../wire/envelope.js';
import { watchDeadline, type Watched } from './border/watch-deadline.js';
import { systemClock } from '../base/clock.js';
import { settingsBroughtBy } from './brought-client.js';
import { endInvocation, endingOfFailure } from './ending.js';
import { assertValidConfig, type EngineConfig } from './engine-config.js';
import type { DurableInvocation } from './durable-invocation.js';
import { failureOf, tellExecutionFailed } from './failure-hooks.js';
import { Invocation } from './invocation.js';
import { assertDurableEnvelope } from './invocation-envelope.js';
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
  const { event, client, config, state = openState(event, client, config) } = request;
  return watching(request, { state }, async (watched) => {
    let invocation: Invocation;
    try {
      invocation = watched.invocation = await open(request, state);
    } catch (error) {
      return refused(request, await failureBefore(error, state));
    }
    const run = async () => {
      invocation.run(request.body);
      await invocation.settled;
      return endInvocation(invocation);
    };
    return invocation.plugins ? invocation.plugins.run(run) : run();
  });
}

/** Does something of an invocation, and watches its deadline meanwhile. */
async function watching<T>(
  { event: { DurableExecutionArn: executionArn }, lambdaContext, config }: RefusedRequest,
  watched: Watched,
  act: (watched: Watched) => Promise<T>,
): Promise<T> {
  const watch = watchDeadline(watched, lambdaContext, { ...config, executionArn });
  try {
    return await act(watched);
  } finally {
    watch.stop();
  }
}

async function open(request: InvocationRequest, state: ExecutionState): Promise<Invocation> {
  const { event, lambdaContext, client, readInput } = request;
  const config = settingsBroughtBy(client, request.config ?? {});
  assertValidConfig(config);
  const loading = loaded(client);
  const observe = await observerOf(event, await (request.plugins ?? loadPlugins(config.plugins, {})));
  await loading;
  // Plugins are told of the whole state at once, and without its EXECUTION operation there is no input.
  const hasInput = () => state.executionOperation(executionIdOf(event.DurableExecutionArn)) !== undefined;
  if (observe || !hasInput()) await state.completion;
  if (!hasInput()) throw UnreadableStateError.withoutExecution();
  return new Invocation({ event, lambdaContext, client, state, config, observe, readInput });
}

/** The transport is there, or the client needs none. */
function loaded(client: DurableExecutionClient): Promise<void> | undefined {
  if (!client.preload) return undefined;
  const loading = load(client);
  // Whoever waits for it may have failed before.
  loading.catch(() => undefined);
  return loading;
}

/** Failures of another kind say nothing about the deployment: the first call tells them. */
async function load(client: DurableExecutionClient): Promise<void> {
  try {
    await client.preload?.();
  } catch (error) {
    if (isNotDeployed(error)) throw new TransportLoadError(error);
  }
}

/** What observes invocations is loaded by those who have plugins. */
async function observerOf({ UpdatedOperationIds }: DurableExecutionInvocationInput, plugins: readonly PluginSource[]) {
  if (plugins.length === 0) return undefined;
  const { InvocationPlugins } = await import('./plugins/invocation-plugins.js');
  // For plugins only: what cannot be read of them is left out.
  const updated = Array.isArray(UpdatedOperationIds) ? UpdatedOperationIds : [];
  return (invocation: Invocation) => new InvocationPlugins(invocation, plugins, updated);
}

/** What is known of an invocation that is refused; without a client no further pages of its state can be read. */
export type RefusedRequest = Pick<InvocationRequest, 'event' | 'lambdaContext' | 'config' | 'state'> & {
  client?: DurableExecutionClient | undefined;
};

const NOBODY: DurableExecutionClient = {
  checkpoint: () => Promise.reject(new Error('There is no client.')),
  getExecutionState: () => Promise.reject(new Error('There is no client.')),
};

/**
 * Refuses an invocation for what is wrong with the function itself, such as a handler that it does not have. No user code
 * runs: an execution that has no operation yet fails with the problem, one under way is thrown, so that a corrected
 * deployment carries it on.
 *
 * @param problem - says what is wrong, and what to do
 * @throws {NotDurableError} when the event is no durable envelope
 * @throws the problem, when the execution is under way or its state cannot be read
 */
export async function refuseInvocation(
  request: RefusedRequest,
  problem: Error,
): Promise<DurableExecutionInvocationOutput> {
  const { event, lambdaContext, client = NOBODY, config } = request;
  assertDurableEnvelope(event, lambdaContext);
  const state = request.state ?? openState(event, client, config);
  const refusal = async () => refused(request, await refusalOf(problem, state));
  return deliver(await watching(request, { state }, refusal));
}

/** What ends an invocation before user code has run: a state that cannot be read, or a mistake of the deployment. */
async function failureBefore(error: unknown, state: ExecutionState): Promise<Failure> {
  const isOfState = isDurableApiError(error) || isRetryableError(error);
  return isOfState ? outcomeOfFailure(error, 'initial-state') : refusalOf(error, state);
}

/** Tells of the failure, and answers: nothing is to be drained. */
async function refused(request: RefusedRequest, failure: Failure): Promise<Ending> {
  const { event, lambdaContext, config } = request;
  logDecision(config?.logger ?? new JsonLogger(), failure, {
    executionArn: event.DurableExecutionArn,
    requestId: lambdaContext?.awsRequestId,
  });
  if (failure.kind === 'failed') await tellUnopened(request, failure.error);
  return endingOfFailure(failure);
}

function tellUnopened({ event, lambdaContext, config = {} }: RefusedRequest, error: unknown): Promise<void> {
  const failure = failureOf(error, {
    executionArn: event.DurableExecutionArn,
    requestId: lambdaContext.awsRequestId,
  });
  const { logger = new JsonLogger(), clock = systemClock } = config;
  const remainingMs = () => lambdaContext.getRemainingTimeInMillis();
  return tellExecutionFailed({ hooks: config, logger, clock, remainingMs }, failure);
}
