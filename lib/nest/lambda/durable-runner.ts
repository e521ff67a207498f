import type { INestApplicationContext } from '@nestjs/common';
import type { EngineConfig } from '../../engine/engine-config.js';
import type { DurableInvocation } from '../../engine/durable-invocation.js';
import { broughtClient } from '../../engine/brought-client.js';
import type { LambdaContext } from '../../engine/lambda-context.js';
import type { ExecutionState } from '../../engine/state/execution-state.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { OperationType } from '../../wire/operation.js';
import { CheckpointService } from '../checkpoint.service.js';
import { type ChosenHandler, DurableRegistry } from '../discovery/durable.registry.js';
import { DURABLE_OPTIONS } from '../durable-execution.constants.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { admissionOf } from '../pipeline/admission.js';
import { InvocationScope } from '../pipeline/invocation-scope.js';
import { type ApplicationHost, find } from './application-host.js';
import { answer } from './http-bridge.js';
import { httpEventSource } from './http-event.js';
import { SingleFlight } from './single-flight.js';

type Engine = typeof import('./invocation-engine.js');

/** Runs durable invocations: the engine around the pipeline of Nest. */
export class DurableRunner {
  readonly #engine = new SingleFlight<Engine>(() => import('./invocation-engine.js'));
  #plugins: ReturnType<Engine['loadPlugins']> | undefined;

  constructor(
    private readonly host: ApplicationHost,
    private readonly chosen: ChosenHandler,
  ) {}

  /** Loads the engine, which no other event needs. */
  async preload(): Promise<void> {
    await this.#engine.get();
  }

  async run(event: DurableExecutionInvocationInput, lambdaContext: LambdaContext): Promise<unknown> {
    const engine = await this.#engine.get();
    const run = (app: INestApplicationContext): Promise<unknown> => {
      // A local runner brings the service with the event.
      const client = broughtClient(event) ?? find(app, CheckpointService);
      const config = find<DurableExecutionModuleOptions>(app, DURABLE_OPTIONS).engine;
      const plugins = this.#pluginsOf(engine, config);
      const state = engine.openState(event, client, config);
      const body = (invocation: DurableInvocation) => this.#body(invocation, { app, state });
      return engine.runInvocation({ event, lambdaContext, client, config, plugins, state, body });
    };
    return hasHttpInput(event) ? this.host.withHttp(run) : this.host.withContext(run);
  }

  /** Loaded once; a failure is told by each invocation that meets it. */
  #pluginsOf({ loadPlugins }: Engine, config: EngineConfig | undefined): ReturnType<Engine['loadPlugins']> {
    this.#plugins ??= loadPlugins(config?.plugins);
    this.#plugins.catch(() => undefined);
    return this.#plugins;
  }

  async #body(invocation: DurableInvocation, { app, state }: OpenExecution): Promise<unknown> {
    const { input: event, lambdaContext } = invocation;
    const source = httpEventSource(event);
    const route = source ? 'http' : 'direct';
    const scope = new InvocationScope({ invocation, input: event, route, admission: admissionOf(state) });
    const result = source
      ? await this.host.withHttp((http) => answer(http, { event, source, lambdaContext }))
      : await find(app, DurableRegistry).select(this.chosen).run(scope);
    scope.failIfHandlerFailed();
    return result;
  }
}

interface OpenExecution {
  app: INestApplicationContext;
  state: ExecutionState;
}

/**
 * Tells from the first page of state whether the router will be needed, so that not two applications are booted. Only a
 * hint: the input may be on a later page.
 */
function hasHttpInput({ InitialExecutionState }: DurableExecutionInvocationInput): boolean {
  const operations = InitialExecutionState?.Operations ?? [];
  const execution = operations.find(({ Type }) => Type === OperationType.EXECUTION);
  const payload = execution?.ExecutionDetails?.InputPayload;
  if (!payload?.includes('"requestContext"')) return false;
  try {
    return httpEventSource(JSON.parse(payload)) !== undefined;
  } catch {
    return false; // The engine says what is wrong with it.
  }
}
