import { type INestApplicationContext, Logger } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import { type DurableExecutionInvocationInput, isDurableEnvelope } from '../../wire/envelope.js';
import type { Start } from '../../wire/named-start.js';
import { CheckpointService } from '../checkpoint.service.js';
import { type ChosenHandler, DurableRegistry } from '../discovery/durable.registry.js';
import { DURABLE_OPTIONS } from '../durable-execution.constants.js';
import { httpNotServed, unsupportedEvent } from './lambda.messages.js';
import { noEventHandler } from '../events/events.messages.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { originOf } from '../events/lambda-event-source.js';
import { type EventTarget, LambdaEventRegistry } from '../events/lambda-event.registry.js';
import { statusChangeOf } from '../events/status-change.js';
import { statusChanges } from '../events/status-changes.js';
import { type Application, find } from './application.js';
import type { HttpCall } from './http/http-bridge.js';
import { httpEventSource } from './http/http-event.js';
import type { BasePath } from './http/paths.js';
import type { Execution, Router, Target } from './run-execution.js';

type Executions = typeof import('./run-execution.js');
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

/** Routes every event of a function to its handler. */
export class Dispatcher {
  #executions: Promise<Executions> | undefined;
  #bridge: Promise<Bridge> | undefined;
  #plugins: Execution['plugins'] | undefined;

  constructor(
    private readonly application: Application,
    private readonly role: FunctionRole,
  ) {}

  /** Boots, and loads what events will certainly need. */
  async preload(): Promise<void> {
    const app = await this.application.ready();
    const isDurable = find(app, DurableRegistry).names.length > 0;
    await Promise.all([
      isDurable && this.#loadExecutions(),
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
      const answer = await this.#openRouter({ event, source, lambdaContext });
      return answer();
    }
    const handler = eventTarget(app, event);
    if (!handler) throw new DurableConfigurationError(source ? httpNotServed() : unhandled(event));
    return handler.run(event, lambdaContext);
  }

  async #runExecution(event: DurableExecutionInvocationInput, lambdaContext: LambdaContext): Promise<unknown> {
    const [{ loadPlugins, runExecution }, app] = await Promise.all([this.#loadExecutions(), this.application.ready()]);
    const settings: DurableExecutionModuleOptions = find(app, DURABLE_OPTIONS);
    return runExecution({
      event,
      lambdaContext,
      client: () => find(app, CheckpointService),
      settings,
      config: app.get(ApplicationConfig),
      handlers: this.role.handlers,
      plugins: this.#pluginsOf(loadPlugins, settings.engine),
      targetOf: (start) => this.#targetOf(app, start, lambdaContext),
    });
  }

  /**
   * Decides by the name that the caller gave. Without a name, the input decides: an HTTP event goes to the router, if
   * this function serves HTTP, and the event of a queue or the like goes to the method that handles it.
   *
   * @throws {DurableConfigurationError} when this function runs no such handler
   */
  #targetOf(app: INestApplicationContext, { handler, input }: Start, lambdaContext: LambdaContext): Target {
    const registry = find(app, DurableRegistry);
    registry.assertKnown(this.role);
    if (handler !== undefined) return { route: 'direct', handler: registry.named(handler, this.role) };
    const source = this.role.servesHttp ? httpEventSource(input) : undefined;
    if (source) return { route: 'http', open: () => this.#openRouter({ event: input, source, lambdaContext }) };
    const event = eventTarget(app, input);
    const durable = registry.sameMethod(event?.found);
    if (durable) return { route: 'direct', handler: registry.named(durable.found.name, this.role) };
    if (event) return { route: 'event', handler: event };
    return { route: 'direct', handler: registry.select(this.role) };
  }

  /** Loads most of this package's code, which no other event needs. */
  #loadExecutions(): Promise<Executions> {
    return (this.#executions ??= import('./run-execution.js'));
  }

  async #openRouter(call: Pick<HttpCall, 'event' | 'source' | 'lambdaContext'>): Promise<Router> {
    const { basePath } = this.role;
    const { openRouter } = await this.#loadBridge();
    const answer = await openRouter(await this.application.readyForHttp());
    return () => answer({ ...call, basePath, warn });
  }

  /**
   * Loads the code for HTTP events. It must import nothing of Nest itself: a bundler that splits would put that into a
   * separate file, which runs before `reflect-metadata`.
   */
  #loadBridge(): Promise<Bridge> {
    return (this.#bridge ??= import('./http/http-bridge.js'));
  }

  /** Loaded once; each invocation reports a failure. */
  #pluginsOf(loadPlugins: Executions['loadPlugins'], config: EngineConfig | undefined): Execution['plugins'] {
    this.#plugins ??= loadPlugins(config?.plugins);
    this.#plugins.catch(() => undefined);
    return this.#plugins;
  }
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
