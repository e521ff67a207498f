import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, ModuleRef, ModulesContainer } from '@nestjs/core';
import { CheckpointService } from './checkpoint.service.js';
import { DurableControlClient } from '../client/control-client.js';
import { trackHandlers } from '../engine/context/call-frame.js';
import { DurableClient } from './client/durable-client.js';
import type { DiscoveredHandler } from './discovery/discovered-handler.js';
import { durableMethodsOf } from './discovery/durable-methods.js';
import { type MarkedMethod, MethodExplorer } from './discovery/method-explorer.js';
import { DurableRegistry } from './discovery/durable.registry.js';
import { DurableContext, durableContextProvider } from './durable-context.js';
import { DURABLE_OPTIONS } from './durable-execution.constants.js';
import {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type OPTIONS_TYPE,
} from './durable-execution.module-definition.js';
import type { DurableExecutionModuleOptions } from './durable-execution.options.js';
import { LAMBDA_CONTEXT_TYPE } from './events/lambda-event.constants.js';
import { eventMarkOf, type LambdaEventMark } from './events/lambda-event.decorator.js';
import { LambdaEventRegistry } from './events/lambda-event.registry.js';
import { engineConfigOf } from './logging/log-failures.js';
import { DurableHandler } from './pipeline/durable-handler.js';
import { gateGuards } from './pipeline/guard-gate.js';
import { PipelineFactory } from './pipeline/pipeline.factory.js';
import { placeDurableEnhancers } from './pipeline/place-enhancers.js';

/**
 * Makes `@Durable()` methods run as AWS Lambda durable executions. Import it once, in the root module; it is global.
 *
 * @example
 * ```ts
 * @Module({ imports: [DurableExecutionModule.forRoot()], providers: [FulfilmentService] })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    {
      provide: DURABLE_OPTIONS,
      useFactory: (options: DurableExecutionModuleOptions = {}): DurableExecutionModuleOptions => ({
        ...options,
        engine: engineConfigOf(options),
      }),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    DurableRegistry,
    LambdaEventRegistry,
    CheckpointService,
    durableContextProvider,
    {
      provide: DurableControlClient,
      useFactory: ({ lambda }: DurableExecutionModuleOptions) => new DurableControlClient(lambda),
      inject: [DURABLE_OPTIONS],
    },
    DurableClient,
  ],
  exports: [CheckpointService, DurableClient, DurableContext, DurableControlClient, DurableRegistry],
})
export class DurableExecutionModule extends ConfigurableModuleClass implements OnModuleInit {
  readonly #explorer: MethodExplorer;
  readonly #pipelines: PipelineFactory;

  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(ExternalContextCreator) contexts: ExternalContextCreator,
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
    @Inject(DurableRegistry) private readonly handlers: DurableRegistry,
    @Inject(LambdaEventRegistry) private readonly events: LambdaEventRegistry,
  ) {
    super();
    // Requests and events are served in the same process: in them no execution may seem to be current.
    trackHandlers();
    this.#explorer = new MethodExplorer(modules);
    this.#pipelines = new PipelineFactory(contexts, moduleRef);
    // Now, not in a hook: routes read the enhancers of their methods before any hook is called.
    placeEnhancers(durableMethodsOf(this.#explorer));
  }

  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }

  onModuleInit(): void {
    const found = durableMethodsOf(this.#explorer);
    placeEnhancers(found);
    for (const event of this.#explorer.ofProviders(eventMarkOf)) this.#addEventHandler(event);
    gateGuards(this.config, found);
    for (const handler of found) this.handlers.add(new DurableHandler(handler, this.#pipelines));
  }

  #addEventHandler(found: MarkedMethod<LambdaEventMark>): void {
    const pipeline = this.#pipelines.create(found, { contextType: LAMBDA_CONTEXT_TYPE, filters: false });
    this.events.add({ ...found, pipeline });
  }
}

function placeEnhancers(handlers: readonly DiscoveredHandler[]): void {
  for (const { method } of handlers) placeDurableEnhancers(method);
}
