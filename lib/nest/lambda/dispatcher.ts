import { type INestApplicationContext, Logger } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { clientInEvent, loadEngine } from '../../engine/adapter.js';
import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import type { ExecutionState } from '../../engine/state/execution-state.js';
import { type DurableExecutionInvocationInput, isDurableEnvelope } from '../../wire/envelope.js';
import { type Start, startOf } from '../../wire/named-start.js';
import { CheckpointService } from '../checkpoint.service.js';
import { type ChosenHandler, type DurableHandler, DurableRegistry } from '../discovery/durable.registry.js';
import { DURABLE_OPTIONS } from '../durable-execution.constants.js';
import { httpNotServed, noEventHandler, unsupportedEvent } from '../durable-execution.messages.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { originOf } from '../events/lambda-event-source.js';
import { type EventTarget, LambdaEventRegistry } from '../events/lambda-event.registry.js';
import { statusChangeOf } from '../events/status-change.js';
import { statusChanges } from '../events/status-changes.js';
import { Admission } from '../pipeline/admission.js';
import { InvocationScope } from '../pipeline/invocation-scope.js';
import { outcomeOfCall, outcomeOfRequest } from '../pipeline/pipeline-outcome.js';
import { type Application, find } from './application.js';
import { type HttpEventSource, httpEventSource } from './http/http-event.js';
import type { BasePath } from './http/paths.js';

type Engine = Awaited<ReturnType<typeof loadEngine>>;
type Bridge = typeof import('./http/http-bridge.js');

/** What a function is configured to run. */
export interface FunctionRole {
  /** The handler for inputs that name none. */
  chosen: ChosenHandler;
  /** The `@Durable()` methods that may run here. @defaultValue all */
  handlers: readonly string[] | undefined;
  servesHttp: boolean;
  /** The prefix of the routes in the paths of HTTP events. */
  basePath: BasePath;
}

/** What an execution runs. */
type Target =
  | { route: 'direct'; handler: DurableHandler }
  | { route: 'event'; handler: EventTarget }
  | { route: 'http'; source: HttpEventSource };

/** Routes every event of a function to its handler. */
export class Dispatcher {
  #engine: Promise<Engine> | undefined;
  #bridge: Promise<Bridge> | undefined;
  #plugins: ReturnType<Engine['loadPlugins']> | undefined;

  constructor(
    private readonly application: Application,
    private readonly role: FunctionRole,
  ) {}

  /** Boots, and loads what events will certainly need. */
  async preload(): Promise<void> {
    const app = await this.application.ready();
    const isDurable = find(app, DurableRegistry).names.length > 0;
    await Promise.all([
      isDurable && this.#loadEngine(),
      isDurable && find(app, CheckpointService).preload?.(),
      this.role.servesHttp && this.#loadBridge().then((bridge) => bridge.loadServerlessExpress()),
    ]);
  }

  async handle(event: unknown, lambdaContext: LambdaContext): Promise<unknown> {
    if (isDurableEnvelope(event)) return this.#runExecution(event, lambdaContext);
    const app = await this.application.ready();
    find(app, DurableRegistry).assertKnown(this.role);
    const source = httpEventSource(event);
    if (source && this.role.servesHttp) {
      const { basePath } = this.role;
      const { answer } = await this.#loadBridge();
      return answer(await this.application.readyForHttp(), { event, source, basePath, lambdaContext, warn });
    }
    const handler = eventTarget(app, event);
    if (!handler) throw new DurableConfigurationError(source ? httpNotServed() : unhandled(event));
    return handler.run(event, lambdaContext);
  }

  /** The engine around the pipeline of Nest. */
  async #runExecution(event: DurableExecutionInvocationInput, lambdaContext: LambdaContext): Promise<unknown> {
    const [engine, app] = await Promise.all([this.#loadEngine(), this.application.ready()]);
    // With a local runner, the event contains the client.
    const client = clientInEvent(event) ?? find(app, CheckpointService);
    const config = find<DurableExecutionModuleOptions>(app, DURABLE_OPTIONS).engine;
    const plugins = this.#pluginsOf(engine, config);
    const state = engine.openState(event, client, config);
    let start: Start = { input: undefined };
    const readInput = (stored: unknown): unknown => (start = startOf(stored)).input;
    const body = (invocation: DurableInvocation): Promise<unknown> => {
      const { input } = invocation;
      return this.#runBody({ invocation, app, state, start: { ...start, input } });
    };
    return engine.runInvocation({ event, lambdaContext, client, config, plugins, state, readInput, body });
  }

  async #runBody({ invocation, app, state, start }: OpenExecution): Promise<unknown> {
    const admission = new Admission(invocation, state);
    let target: Target;
    try {
      target = this.#targetOf(app, start);
    } catch (problem) {
      if (!(problem instanceof DurableConfigurationError)) throw problem;
      // Fails an execution that has not started; a running one continues when the function is deployed again.
      return invocation.refuse(problem);
    }
    const scope = new InvocationScope({
      invocation,
      input: start.input,
      route: target.route,
      admission,
      settings: find(app, DURABLE_OPTIONS),
      config: app.get(ApplicationConfig),
      handlers: this.role.handlers,
    });
    const { lambdaContext } = invocation;
    switch (target.route) {
      case 'direct':
        return outcomeOfCall(scope, () => target.handler.run(scope));
      case 'event':
        return target.handler.run(start.input, lambdaContext);
      case 'http': {
        const { basePath } = this.role;
        const call = { event: start.input, source: target.source, basePath, lambdaContext, warn };
        const { answer } = await this.#loadBridge();
        const app = await this.application.readyForHttp();
        return outcomeOfRequest(scope, () => answer(app, call));
      }
      default:
        return target satisfies never;
    }
  }

  /**
   * Decides by the name that the caller gave. Without a name, the input decides: an HTTP event goes to the router, if
   * this function serves HTTP, and the event of a queue or the like goes to the method that handles it.
   *
   * @throws {DurableConfigurationError} when this function runs no such handler
   */
  #targetOf(app: INestApplicationContext, { handler, input }: Start): Target {
    const registry = find(app, DurableRegistry);
    registry.assertKnown(this.role);
    if (handler !== undefined) return { route: 'direct', handler: registry.named(handler, this.role) };
    const source = this.role.servesHttp ? httpEventSource(input) : undefined;
    if (source) return { route: 'http', source };
    const event = eventTarget(app, input);
    const durable = event && registry.sameMethod(event);
    if (durable) return { route: 'direct', handler: durable };
    if (event) return { route: 'event', handler: event };
    return { route: 'direct', handler: registry.select(this.role) };
  }

  /** Loads most of this package's code, which no other event needs. */
  #loadEngine(): Promise<Engine> {
    return (this.#engine ??= loadEngine());
  }

  /**
   * Loads the code for HTTP events. It must import nothing of Nest itself: a bundler that splits would put that into a
   * separate file, which runs before `reflect-metadata`.
   */
  #loadBridge(): Promise<Bridge> {
    return (this.#bridge ??= import('./http/http-bridge.js'));
  }

  /** Loaded once; each invocation reports a failure. */
  #pluginsOf({ loadPlugins }: Engine, config: EngineConfig | undefined): ReturnType<Engine['loadPlugins']> {
    this.#plugins ??= loadPlugins(config?.plugins);
    this.#plugins.catch(() => undefined);
    return this.#plugins;
  }
}

interface OpenExecution {
  invocation: DurableInvocation;
  app: INestApplicationContext;
  state: ExecutionState;
  start: Start;
}

const warn = (message: string): void => Logger.warn(message, 'DurableExecution');

/**
 * The methods for an event of a source. Code that waits for the status of an execution receives a status event
 * immediately.
 */
function eventTarget(app: INestApplicationContext, event: unknown): EventTarget | undefined {
  const change = statusChangeOf(event);
  if (change) statusChanges.note(change);
  return find(app, LambdaEventRegistry).match(event);
}

function unhandled(event: unknown): string {
  const origin = originOf(event);
  return origin ? noEventHandler(origin.source, origin.names) : unsupportedEvent();
}
