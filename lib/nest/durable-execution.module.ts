import { nodeModule } from '../node-module.js';
import { type DynamicModule, Inject, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, ModuleRef, ModulesContainer } from '@nestjs/core';
import { DurableControlClient } from '../client/control-client.js';
import { CheckpointService } from './checkpoint.service.js';
import { DurableClient } from './client/durable-client.js';
import { lookBudget } from './client/look-budget.js';
import { CurrentStep } from './current-step.js';
import { aliasesOf, assertOneVersion, durableModules, registerCopy } from './copies.js';
import { DeclaredMethods } from './discovery/declared-methods.js';
import { DurableRegistry } from './discovery/durable.registry.js';
import { DurableContext, durableContextProvider } from './durable-context.js';
import { DURABLE_OPTIONS } from './durable-execution.constants.js';
import { circularOptions, differentConfigurations, noOptions, scopedOptions } from './durable-execution.messages.js';
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
import { LambdaEventRegistry } from './events/lambda-event.registry.js';
import { engineConfigOf } from './logging/log-failures.js';
import { installFilterSeam } from './pipeline/filter-seam.js';
import { installGuardSeam } from './pipeline/guard-seam.js';
import { outerFailureFilter } from './pipeline/outer-failures.js';
import { installStageSeam } from './pipeline/stage-seam.js';
import { installUnwindingSeam } from './pipeline/unwinding-seam.js';

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
  readonly #methods: DeclaredMethods;
  #reading: Promise<void> | undefined;

  static {
    durableModules.set(this, MODULE_OPTIONS_TOKEN);
  }

  constructor(
    @Inject(ModulesContainer) private readonly container: ModulesContainer,
    @Inject(ExternalContextCreator) contexts: ExternalContextCreator,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    @Inject(DurableRegistry) handlers: DurableRegistry,
    @Inject(LambdaEventRegistry) events: LambdaEventRegistry,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
  ) {
    super();
    assertOneVersion();
    keepHttpExceptions();
    installFilterSeam(contexts);
    installGuardSeam(contexts);
    installStageSeam(contexts);
    installUnwindingSeam(contexts);
    this.#methods = new DeclaredMethods({ container, contexts, moduleRef, config, handlers, events });
  }

  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    assertModuleOptions(options);
    return withAliases(super.forRoot(options));
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    assertAsyncOptions(options);
    const tokens = (options.inject ?? []).map((one) => (typeof one === 'object' && 'token' in one ? one.token : one));
    const circular = [CheckpointService, DurableClient, DurableControlClient].find((made) => tokens.includes(made));
    if (circular) throw new DurableConfigurationError(circularOptions(circular.name));
    return withAliases(super.forRootAsync(options));
  }

  /** Nest calls it when all instances are made, and before it reads the methods of routes. */
  configure(): void {
    // Nest checks the last global filter first. In an application without HTTP there is no middleware, and no call.
    this.config.useGlobalFilters(outerFailureFilter);
    this.#methods.dressRoutes();
  }

  /** Nest calls it again where the initialisation of an application has failed, and is repeated. */
  onModuleInit(): Promise<void> {
    return (this.#reading ??= this.#readDeclarations());
  }

  async #readDeclarations(): Promise<void> {
    assertOneConfiguration(this.container);
    await this.#methods.register(() => this.#options());
  }

  /** @throws {DurableConfigurationError} when a dependency of their factory is of request scope */
  #options(): DurableExecutionModuleOptions {
    try {
      return this.moduleRef.get(DURABLE_OPTIONS);
    } catch (cause) {
      throw new DurableConfigurationError(scopedOptions(), { cause });
    }
  }
}

/**
 * Nest reads the members when it boots: a library may call `forRoot()` before the application's own copy is loaded. Until then
 * the caller may change them, as those of any dynamic module.
 */
function withAliases(definition: DynamicModule): DynamicModule {
  const members = { providers: [...(definition.providers ?? [])], exports: [...(definition.exports ?? [])] };
  const provided = new Set<unknown>();
  const current = () => {
    for (const alias of aliasesOf(INJECTABLES).filter(({ provide }) => !provided.has(provide))) {
      provided.add(alias.provide);
      members.providers.push(alias);
      members.exports.push(alias.provide);
    }
    return members;
  };
  return {
    ...definition,
    get providers() {
      return current().providers;
    },
    set providers(providers) {
      members.providers = [...providers];
    },
    get exports() {
      return current().exports;
    },
    set exports(exports) {
      members.exports = [...exports];
    },
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
