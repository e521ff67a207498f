import { nodeModule } from '../node-module.js';
import { type DynamicModule, Inject, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, ModuleRef, ModulesContainer } from '@nestjs/core';
import { DurableControlClient } from '../client/control-client.js';
import { CheckpointService } from './checkpoint.service.js';
import { DurableClient } from './client/durable-client.js';
import { lookBudget } from './client/look-budget.js';
import { CurrentStep } from './current-step.js';
import { aliasesOf, assertOneVersion, durableModules, registerCopy } from './copies.js';
import { dressReplacement, restoreMetadata } from './decorators/dressed-as.js';
import { checkDeclarations } from './discovery/declaration-checks.js';
import { type DiscoveredHandler, placeOf } from './discovery/discovered-handler.js';
import { durableMethodsOf } from './discovery/durable-methods.js';
import { DurableRegistry } from './discovery/durable.registry.js';
import { assertEnhancersRun, type EnhancerMakers } from './discovery/enhancer-checks.js';
import { type MarkedMethod, MethodExplorer } from './discovery/method-explorer.js';
import { markedPlaceOf } from './discovery/method-name.js';
import { DurableContext, durableContextProvider } from './durable-context.js';
import {
  DURABLE_CONTEXT_TYPE,
  DURABLE_OPTIONS,
  LAMBDA_CONTEXT_TYPE,
  LAMBDA_EVENT_METADATA,
  NestMetadata,
  WEBHOOK_METADATA,
} from './durable-execution.constants.js';
import {
  differentConfigurations,
  durableListener,
  eventsOfController,
  noOptions,
  replacedOnInstance,
  scopedOptions,
} from './durable-execution.messages.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type OPTIONS_TYPE,
} from './durable-execution.module-definition.js';
import type { DurableExecutionModuleOptions } from './durable-execution.options.js';
import { assertAsyncOptions, assertModuleOptions, checkModuleOptions } from './errors/check-module-options.js';
import { DurableConfigurationError } from './errors/durable-configuration-error.js';
import { keepHttpExceptions } from './errors/http-exception-codec.js';
import { eventMarkOf, type PlacedEventMark } from './events/lambda-event.decorator.js';
import { lambdaEventInterceptor } from './events/lambda-event.interceptor.js';
import { LambdaEventHandler, LambdaEventRegistry } from './events/lambda-event.registry.js';
import { engineConfigOf } from './logging/log-failures.js';
import { watchInstancesOf } from './pipeline/assert-decorated.js';
import { durableArgumentsOf } from './pipeline/durable-arguments.js';
import { installFilterSeam } from './pipeline/filter-seam.js';
import { installGuardSeam } from './pipeline/guard-seam.js';
import { outerFailureFilter } from './pipeline/outer-failures.js';
import { PipelineFactory } from './pipeline/pipeline.factory.js';
import { placeDurableEnhancers, placeLast } from './pipeline/place-enhancers.js';
import { installStageSeam } from './pipeline/stage-seam.js';
import { installUnwindingSeam } from './pipeline/unwinding-seam.js';
import { assertWebhookRoute } from './webhook/assert-webhook-route.js';
import type { WebhookRoute } from './webhook/webhook-route.js';

const { isDeepStrictEqual } = nodeModule('node:util');

const INJECTABLES = {
  CheckpointService,
  CurrentStep,
  DurableClient,
  DurableContext,
  DurableControlClient,
  DurableRegistry,
  LambdaEventRegistry,
};
registerCopy(INJECTABLES);

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
      useFactory: async (options?: DurableExecutionModuleOptions): Promise<DurableExecutionModuleOptions> => {
        if (!options) throw new DurableConfigurationError(noOptions());
        checkModuleOptions(options);
        const engine = engineConfigOf(options);
        // A rule that can never have its declared effect is reported at boot; without rules nothing is loaded here.
        if (options.errors && options.errors.length > 0) await engine.errors?.();
        return { ...options, engine };
      },
      inject: [{ token: MODULE_OPTIONS_TOKEN, optional: true }],
    },
    // Factories, because Nest reads the metadata of every method of a class that is a provider.
    { provide: DurableRegistry, useFactory: () => new DurableRegistry() },
    { provide: LambdaEventRegistry, useFactory: () => new LambdaEventRegistry() },
    {
      provide: CheckpointService,
      useFactory: (options: DurableExecutionModuleOptions) => new CheckpointService(options),
      inject: [DURABLE_OPTIONS],
    },
    { provide: CurrentStep, useFactory: () => new CurrentStep() },
    durableContextProvider,
    {
      provide: DurableControlClient,
      useFactory: ({ lambda, looksPerSecond }: DurableExecutionModuleOptions) => {
        if (looksPerSecond !== undefined) lookBudget.allow(looksPerSecond);
        return new DurableControlClient(lambda);
      },
      inject: [DURABLE_OPTIONS],
    },
    {
      provide: DurableClient,
      useFactory: (control: DurableControlClient, options: DurableExecutionModuleOptions) =>
        new DurableClient(control, options),
      inject: [DurableControlClient, DURABLE_OPTIONS],
    },
  ],
  exports: [CheckpointService, CurrentStep, DurableClient, DurableContext, DurableControlClient, DurableRegistry],
})
export class DurableExecutionModule extends ConfigurableModuleClass implements NestModule, OnModuleInit {
  readonly #explorer: MethodExplorer;
  readonly #makers: EnhancerMakers;
  readonly #pipelines: PipelineFactory;
  readonly #routes: ReadonlyArray<MarkedMethod<unknown> | DiscoveredHandler>;
  #reading: Promise<void> | undefined;

  static {
    durableModules.set(this, MODULE_OPTIONS_TOKEN);
  }

  constructor(
    @Inject(ModulesContainer) private readonly container: ModulesContainer,
    @Inject(ExternalContextCreator) contexts: ExternalContextCreator,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    @Inject(DurableRegistry) private readonly handlers: DurableRegistry,
    @Inject(LambdaEventRegistry) private readonly events: LambdaEventRegistry,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
  ) {
    super();
    assertOneVersion();
    keepHttpExceptions();
    installFilterSeam(contexts);
    installGuardSeam(contexts);
    installStageSeam(contexts);
    installUnwindingSeam(contexts);
    this.#makers = { modules: container, contexts, config };
    this.#explorer = MethodExplorer.of(container);
    this.#pipelines = new PipelineFactory(contexts, moduleRef);
    // Done here and not in a hook: routes read the enhancers of their methods before any hook is called.
    const found = durableMethodsOf(this.#explorer);
    placeDurableEnhancers(found);
    this.#routes = [
      ...found.filter(({ route }) => route === 'http'),
      ...this.#explorer.ofControllers(WEBHOOK_METADATA),
    ];
  }

  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    assertModuleOptions(options);
    return withAliases(super.forRoot(options));
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    assertAsyncOptions(options);
    return withAliases(super.forRootAsync(options));
  }

  /** Nest calls it when all instances are made, and before it reads the methods of routes. */
  configure(): void {
    // Nest checks the last global filter first. In an application without HTTP there is no middleware, and no call.
    this.config.useGlobalFilters(outerFailureFilter);
    for (const route of this.#routes) {
      const instance = route.host.instance as Record<string, object> | null;
      if (!instance) continue;
      dressReplacement(instance, route);
      // Nest reads it again; a proxy may give another function then, without any guard.
      if (markedPlaceOf(instance[route.methodName]!) !== markedPlaceOf(route.method))
        throw new DurableConfigurationError(replacedOnInstance(placeOf(route)));
      if (!route.host.isDependencyTreeStatic()) watchInstancesOf(route);
    }
  }

  /** Nest calls it again where the initialisation of an application has failed, and is repeated. */
  onModuleInit(): Promise<void> {
    return (this.#reading ??= this.#readDeclarations());
  }

  async #readDeclarations(): Promise<void> {
    assertOneConfiguration(this.container);
    this.#explorer.lookAgain();
    for (const event of this.#explorer.ofControllers(LAMBDA_EVENT_METADATA))
      throw new DurableConfigurationError(eventsOfController(placeOf(event)));
    for (const event of this.#explorer.ofProviders<PlacedEventMark>(LAMBDA_EVENT_METADATA)) {
      if (event.mark.decorated !== event.method) restoreMetadata(event.mark.decorated, event.method);
      assertEnhancersRun(event, { ...this.#makers, withoutFilters: true });
      placeLast(NestMetadata.INTERCEPTORS, lambdaEventInterceptor, event.method);
      const pipeline = this.#pipelines.create(event, { contextType: LAMBDA_CONTEXT_TYPE, filters: false });
      this.events.add(new LambdaEventHandler(event, pipeline));
    }
    const found = durableMethodsOf(this.#explorer);
    placeDurableEnhancers(found);
    const options = this.#options();
    const makers = { ...this.#makers, withoutGlobalGuards: options.direct?.globalGuards === false };
    for (const handler of found) {
      assertEnhancersRun(handler, makers);
      this.#addHandler(handler);
    }
    for (const webhook of this.#explorer.ofAll<WebhookRoute>(WEBHOOK_METADATA))
      assertWebhookRoute(webhook, this.config.getGlobalPrefix());
    await checkDeclarations(this.#explorer, found, options);
  }

  /** @throws {DurableConfigurationError} when a dependency of their factory is of request scope */
  #options(): DurableExecutionModuleOptions {
    try {
      return this.moduleRef.get(DURABLE_OPTIONS);
    } catch (cause) {
      throw new DurableConfigurationError(scopedOptions(), { cause });
    }
  }

  #addHandler(found: DiscoveredHandler): void {
    const pipeline = this.#pipelines.create(found, { contextType: DURABLE_CONTEXT_TYPE, filters: true });
    const event = eventMarkOf(found.method, found.prototype, found.methodName);
    // Several of them may run for one event, and not as one execution.
    if (event && 'readsAs' in event) throw new DurableConfigurationError(durableListener(placeOf(found)));
    this.handlers.add({
      found,
      isForEvents: event !== undefined,
      run: (scope) => {
        const execution = durableArgumentsOf(scope);
        return pipeline([scope.input, execution], execution);
      },
    });
  }
}

function withAliases(definition: DynamicModule): DynamicModule {
  const aliases = aliasesOf(INJECTABLES);
  const providers = [...(definition.providers ?? []), ...aliases];
  return {
    ...definition,
    providers,
    exports: [...(definition.exports ?? []), ...aliases.map(({ provide }) => provide)],
  };
}

/** @throws {DurableConfigurationError} when the module exists twice, with different options */
function assertOneConfiguration(container: ModulesContainer): void {
  const [first, ...others] = [...container.values()]
    .filter(({ metatype }) => durableModules.has(metatype))
    .map((module) => module.getProviderByKey<object>(durableModules.get(module.metatype)!)?.instance ?? {});
  if (others.some((options) => !isDeepStrictEqual(options, first))) {
    throw new DurableConfigurationError(differentConfigurations());
  }
}
