import type { INestApplication, INestApplicationContext, Type } from '@nestjs/common';
import type { DurableInvocation } from '../../engine/invocation.js';
import type { LambdaContext } from '../../engine/lambda-context.js';
import type { EngineConfig } from '../../engine/engine-config.js';
import { DurableExecutionInvocationInputWithClient } from '../../engine/invocation-input-with-client.js';
import { loadPlugins } from '../../engine/plugins/load-plugins.js';
import { runInvocation } from '../../engine/run-invocation.js';
import type { ExecutionState } from '../../engine/state/execution-state.js';
import { openState } from '../../engine/state/load-state.js';
import { type DurableExecutionInvocationInput, isDurableEnvelope } from '../../wire/envelope.js';
import { OperationType } from '../../wire/operation.js';
import { CheckpointService } from '../checkpoint.service.js';
import { type ChosenHandler, DurableRegistry } from '../discovery/durable.registry.js';
import { DURABLE_OPTIONS } from '../durable-execution.constants.js';
import { moduleMissing, unsupportedEvent } from '../durable-execution.messages.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { originOf } from '../events/lambda-event-source.js';
import { LambdaEventRegistry } from '../events/lambda-event.registry.js';
import { admissionOf } from '../pipeline/admission.js';
import { InvocationScope } from '../pipeline/invocation-scope.js';
import type { ApplicationHost } from './application-host.js';
import { HttpBridge, type HttpCall } from './http-bridge.js';
import { httpEventSource } from './http-event.js';
import { requestListenerOf } from './request-listener.js';
import { loadServerlessExpress } from './serverless-express.js';

/** Takes every event of the function to where it belongs. */
export class LambdaAdapter {
  #plugins: ReturnType<typeof loadPlugins> | undefined;

  constructor(
    private readonly host: ApplicationHost,
    private readonly chosen: ChosenHandler,
  ) {}

  /** Boots for events of one kind, and loads what they will surely need. */
  async preload(kind: PreloadedKind): Promise<void> {
    if (kind === 'direct') return this.host.withContext(loadClient);
    await this.host.withHttp((app) => Promise.all([loadClient(app), loadServerlessExpress()]));
  }

  async handle(event: unknown, lambdaContext: LambdaContext): Promise<unknown> {
    if (isDurableEnvelope(event)) return this.#runDurable(event, lambdaContext);
    const source = httpEventSource(event);
    if (source) return this.host.withHttp((app) => answer(app, { event, source, lambdaContext }));
    const origin = originOf(event);
    if (!origin) throw new DurableConfigurationError(unsupportedEvent());
    return this.host.withContext(async (app) => find(app, LambdaEventRegistry).handle(event, lambdaContext, origin));
  }

  /** Loaded once; a failure is told by each invocation that meets it. */
  #pluginsOf(config: EngineConfig | undefined): ReturnType<typeof loadPlugins> {
    this.#plugins ??= loadPlugins(config?.plugins);
    this.#plugins.catch(() => undefined);
    return this.#plugins;
  }

  #runDurable(event: DurableExecutionInvocationInput, lambdaContext: LambdaContext): Promise<unknown> {
    const run = (app: INestApplicationContext): Promise<unknown> => {
      // A local runner brings the service with the event.
      const client = DurableExecutionInvocationInputWithClient.isInstance(event)
        ? event.durableExecutionClient
        : find(app, CheckpointService);
      const config = find<DurableExecutionModuleOptions>(app, DURABLE_OPTIONS).engine;
      const plugins = this.#pluginsOf(config);
      const state = openState(event, client);
      const body = (invocation: DurableInvocation) => this.#body(invocation, { app, state });
      return runInvocation({ event, lambdaContext, client, config, plugins, state, body });
    };
    return hasHttpInput(event) ? this.host.withHttp(run) : this.host.withContext(run);
  }

  #body(invocation: DurableInvocation, { app, state }: OpenExecution): Promise<unknown> {
    const { input: event, lambdaContext } = invocation;
    const source = httpEventSource(event);
    const route = source ? 'http' : 'direct';
    const scope = new InvocationScope({ invocation, input: event, route, admission: admissionOf(state) });
    return scope.run(async () => {
      const result = source
        ? await this.host.withHttp((http) => answer(http, { event, source, lambdaContext }))
        : await find(app, DurableRegistry).select(this.chosen).run(scope);
      scope.failIfHandlerFailed();
      return result;
    });
  }
}

/** What the first event will be. */
export type PreloadedKind = 'direct' | 'http';

/** The AWS client is surely needed where something is durable. */
async function loadClient(app: INestApplicationContext): Promise<void> {
  if (find(app, DurableRegistry).names.length > 0) await find(app, CheckpointService).preload?.();
}

interface OpenExecution {
  app: INestApplicationContext;
  state: ExecutionState;
}

/** Fails the boot of an application that could not run the chosen handler. */
export function verifyChosen(app: INestApplicationContext, chosen: ChosenHandler): void {
  const registry = find(app, DurableRegistry);
  if (chosen.name !== undefined) registry.select(chosen);
}

async function answer(app: INestApplication, call: HttpCall): Promise<unknown> {
  return new HttpBridge(await requestListenerOf(app)).handle(call);
}

function find<T>(app: INestApplicationContext, token: Type<T> | symbol): T {
  try {
    return app.get<T>(token, { strict: false });
  } catch (cause) {
    throw new DurableConfigurationError(moduleMissing(), { cause });
  }
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
