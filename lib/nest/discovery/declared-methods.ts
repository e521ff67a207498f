import {
  type ApplicationConfig,
  type ExternalContextCreator,
  HttpAdapterHost,
  type ModuleRef,
  type ModulesContainer,
} from '@nestjs/core';
import { replacementOf, restoreMetadata } from '../decorators/carried-metadata.js';
import {
  DURABLE_CONTEXT_TYPE,
  LAMBDA_CONTEXT_TYPE,
  LAMBDA_EVENT_METADATA,
  NestMetadata,
  WEBHOOK_METADATA,
} from '../durable-execution.constants.js';
import { durableListener, eventsOfController, replacedOnInstance } from './discovery.messages.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { eventMarkOf, type PlacedEventMark } from '../events/lambda-event.decorator.js';
import { lambdaEventInterceptor } from '../events/lambda-event.interceptor.js';
import { LambdaEventHandler, type LambdaEventRegistry } from '../events/lambda-event.registry.js';
import { watchInstancesOf } from '../pipeline/assert-decorated.js';
import { durableArgumentsOf } from '../pipeline/durable-arguments.js';
import { PipelineFactory } from '../pipeline/pipeline.factory.js';
import { placeDurableEnhancers, placeLast } from '../pipeline/place-enhancers.js';
import { assertWebhookRoute } from '../webhook/assert-webhook-route.js';
import type { WebhookRoute } from '../webhook/webhook-route.js';
import { checkDeclarations } from './declaration-checks.js';
import { type DiscoveredHandler, placeOf } from './discovered-handler.js';
import { durableMethodsOf } from './durable-methods.js';
import type { DurableRegistry } from './durable.registry.js';
import { assertEnhancersRun, type EnhancerMakers } from './enhancer-checks.js';
import { type MarkedMethod, MethodExplorer } from './method-explorer.js';
import { markedPlaceOf } from './method-name.js';

/** The parts of the application in which the methods are, and those that run them. */
export interface Surroundings {
  container: ModulesContainer;
  contexts: ExternalContextCreator;
  moduleRef: ModuleRef;
  config: ApplicationConfig;
  handlers: DurableRegistry;
  events: LambdaEventRegistry;
}

/** The methods that decorators of this package declare: found, checked, and made to run. */
export class DeclaredMethods {
  readonly #explorer: MethodExplorer;
  readonly #makers: EnhancerMakers;
  readonly #pipelines: PipelineFactory;
  readonly #routes: ReadonlyArray<MarkedMethod<unknown> | DiscoveredHandler>;

  /** To be made before any hook is called: routes read the enhancers of their methods before. */
  constructor(private readonly app: Surroundings) {
    const { container, contexts, moduleRef, config } = app;
    this.#makers = { modules: container, contexts, config };
    this.#explorer = MethodExplorer.of(container);
    this.#pipelines = new PipelineFactory(contexts, moduleRef);
    const found = durableMethodsOf(this.#explorer);
    placeDurableEnhancers(found);
    this.#routes = [
      ...found.filter(({ route }) => route === 'http'),
      ...this.#explorer.ofControllers(WEBHOOK_METADATA),
    ];
  }

  /** To be called when all instances are made, and before Nest reads the methods of routes. */
  dressRoutes(): void {
    for (const route of this.#routes) {
      const instance = route.host.instance as Record<string, object> | null;
      if (!instance) continue;
      replacementOf(instance, route);
      // Nest reads it again; a proxy may give another function then, without any guard.
      if (markedPlaceOf(instance[route.methodName]!) !== markedPlaceOf(route.method))
        throw new DurableConfigurationError(replacedOnInstance(placeOf(route)));
      if (!route.host.isDependencyTreeStatic()) watchInstancesOf(route);
    }
  }

  /**
   * Registers the methods that can run.
   * @throws {DurableConfigurationError} (rejects) for what could not run as declared
   */
  async register(options: () => DurableExecutionModuleOptions): Promise<void> {
    this.#explorer.lookAgain();
    this.#registerEvents();
    const found = durableMethodsOf(this.#explorer);
    placeDurableEnhancers(found);
    const known = options();
    const makers = { ...this.#makers, withoutGlobalGuards: known.direct?.globalGuards === false };
    for (const handler of found) {
      assertEnhancersRun(handler, makers);
      this.#registerHandler(handler);
    }
    this.#checkWebhooks();
    await checkDeclarations(this.#explorer, found, known);
  }

  #registerEvents(): void {
    for (const event of this.#explorer.ofControllers(LAMBDA_EVENT_METADATA))
      throw new DurableConfigurationError(eventsOfController(placeOf(event)));
    for (const event of this.#explorer.ofProviders<PlacedEventMark>(LAMBDA_EVENT_METADATA)) {
      if (event.mark.decorated !== event.method) restoreMetadata(event.mark.decorated, event.method);
      assertEnhancersRun(event, { ...this.#makers, withoutFilters: true });
      placeLast(NestMetadata.INTERCEPTORS, lambdaEventInterceptor, event.method);
      const pipeline = this.#pipelines.create(event, { contextType: LAMBDA_CONTEXT_TYPE, filters: false });
      this.app.events.add(new LambdaEventHandler(event, pipeline));
    }
  }

  #checkWebhooks(): void {
    const { config, moduleRef } = this.app;
    const adapterHost = moduleRef.get(HttpAdapterHost, { strict: false });
    for (const webhook of this.#explorer.ofAll<WebhookRoute>(WEBHOOK_METADATA))
      assertWebhookRoute(webhook, { prefix: config.getGlobalPrefix(), adapterHost });
  }

  #registerHandler(found: DiscoveredHandler): void {
    const pipeline = this.#pipelines.create(found, { contextType: DURABLE_CONTEXT_TYPE, filters: true });
    const event = eventMarkOf(found.method, found.prototype, found.methodName);
    // Several of them may run for one event, and not as one execution.
    if (event && 'readsAs' in event) throw new DurableConfigurationError(durableListener(placeOf(found)));
    this.app.handlers.add({
      found,
      isForEvents: event !== undefined,
      run: (scope) => {
        const execution = durableArgumentsOf(scope);
        return pipeline([scope.input, execution], execution);
      },
    });
  }
}
