import { Inject, Injectable } from '@nestjs/common';
import { ContextIdFactory, ExternalContextCreator, ModuleRef } from '@nestjs/core';
import type { DiscoveredHandler, HandlerMethod } from '../discovery/discovered-handler.js';
import { DURABLE_CONTEXT_TYPE, NestMetadata } from '../durable-execution.constants.js';
import { DurableArguments } from './durable-arguments.js';
import type { DurableHandler, DurablePipeline } from './durable-handler.js';
import { DurableParamsFactory } from './durable-params.factory.js';
import type { InvocationScope } from './invocation-scope.js';

type ContextId = ReturnType<typeof ContextIdFactory.create>;

/** Puts Nest's pipeline around `@Durable()` methods. */
@Injectable()
export class DurableHandlerFactory {
  readonly #params = new DurableParamsFactory();

  constructor(
    @Inject(ExternalContextCreator) private readonly contexts: ExternalContextCreator,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  create(found: DiscoveredHandler): DurableHandler {
    const pipelineOf = found.host.isDependencyTreeStatic() ? this.#shared(found) : this.#scoped(found);
    return { found, run: (scope) => runPipeline(scope, pipelineOf) };
  }

  /** One instance serves every execution, so the pipeline is put together once. */
  #shared(found: DiscoveredHandler): PipelineOf {
    const pipeline = this.#pipeline(found, found.host.instance);
    return () => Promise.resolve(pipeline);
  }

  /** The host, or something it depends on, is of request scope: every invocation gets an instance of its own. */
  #scoped(found: DiscoveredHandler): PipelineOf {
    const { host } = found;
    const moduleRef = (host.host?.getProviderByKey(ModuleRef)?.instance as ModuleRef | undefined) ?? this.moduleRef;
    return async (request) => {
      const contextId = ContextIdFactory.create();
      moduleRef.registerRequestByContextId(request, contextId);
      const instance = await moduleRef.resolve<object>(host.token as string, contextId);
      return this.#pipeline(found, instance, contextId);
    };
  }

  #pipeline({ host, methodName }: DiscoveredHandler, instance: object, contextId?: ContextId): DurablePipeline {
    return this.contexts.create(
      instance as Record<string, HandlerMethod>,
      (instance as Record<string, HandlerMethod>)[methodName] as never,
      methodName,
      NestMetadata.PARAMETERS,
      this.#params,
      contextId,
      contextId && host.id,
      { guards: true, interceptors: true, filters: true },
      DURABLE_CONTEXT_TYPE,
    ) as DurablePipeline;
  }
}

type PipelineOf = (request: DurableArguments) => Promise<DurablePipeline>;

async function runPipeline(scope: InvocationScope, pipelineOf: PipelineOf): Promise<unknown> {
  const execution = new DurableArguments(scope);
  const pipeline = await pipelineOf(execution);
  return pipeline(execution.getInput(), execution);
}
