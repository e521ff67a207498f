import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CheckpointService } from './checkpoint.service.js';
import { DurableControlClient } from '../client/control-client.js';
import { trackHandlers } from '../engine/context/call-frame.js';
import { DurableClient } from './client/durable-client.js';
import { DurableExplorer } from './discovery/durable.explorer.js';
import { DurableMetadataAccessor } from './discovery/durable-metadata.accessor.js';
import { MethodExplorer } from './discovery/method-explorer.js';
import { DurableRegistry } from './discovery/durable.registry.js';
import { DurableContext, durableContextProvider } from './durable-context.js';
import { DURABLE_OPTIONS } from './durable-execution.constants.js';
import {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type OPTIONS_TYPE,
} from './durable-execution.module-definition.js';
import type { DurableExecutionModuleOptions } from './durable-execution.options.js';
import { LambdaEventRegistry } from './events/lambda-event.registry.js';
import { DurableHandler } from './pipeline/durable-handler.js';
import { GuardGate } from './pipeline/guard-gate.js';
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
  imports: [DiscoveryModule],
  providers: [
    {
      provide: DURABLE_OPTIONS,
      useFactory: (options?: DurableExecutionModuleOptions): DurableExecutionModuleOptions => ({ ...options }),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    DurableMetadataAccessor,
    DurableExplorer,
    GuardGate,
    LambdaEventRegistry,
    MethodExplorer,
    PipelineFactory,
    DurableRegistry,
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
  constructor(
    @Inject(DurableExplorer) private readonly explorer: DurableExplorer,
    @Inject(LambdaEventRegistry) private readonly events: LambdaEventRegistry,
    @Inject(PipelineFactory) private readonly pipelines: PipelineFactory,
    @Inject(GuardGate) private readonly gate: GuardGate,
    @Inject(DurableRegistry) private readonly registry: DurableRegistry,
  ) {
    super();
    // Requests and events are served in the same process: in them no execution may seem to be current.
    trackHandlers();
    // Now, not in a hook: routes read the enhancers of their methods before any hook is called.
    this.#place();
  }

  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }

  onModuleInit(): void {
    this.#place();
    const handlers = this.explorer.explore();
    this.events.discover();
    this.gate.guard(handlers);
    for (const found of handlers) this.registry.add(new DurableHandler(found, this.pipelines));
  }

  #place(): void {
    for (const { method } of this.explorer.explore()) placeDurableEnhancers(method);
  }
}
