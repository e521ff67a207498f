import { ContextIdFactory, type ExternalContextCreator, ModuleRef } from '@nestjs/core';
import type { DiscoveredHandler, HandlerMethod } from '../discovery/discovered-handler.js';
import { NestMetadata } from '../durable-execution.constants.js';
import { InputParamsFactory } from './input-params.factory.js';

/** The whole pipeline around a method: guards, interceptors, pipes, the method, filters. */
export type Pipeline = (input: unknown, host: object) => Promise<unknown>;

export type PipelineTarget = Pick<DiscoveredHandler, 'host' | 'methodName'>;

export interface PipelineOptions {
  /** What `ExecutionContext.getType()` answers. */
  contextType: string;
  /** Whether filters may answer what was thrown; otherwise the pipeline rejects with it. */
  filters: boolean;
}

type ContextId = ReturnType<typeof ContextIdFactory.create>;

/** Puts Nest's pipeline around methods that no request calls. */
export class PipelineFactory {
  readonly #params = new InputParamsFactory();

  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly moduleRef: ModuleRef,
  ) {}

  create(target: PipelineTarget, options: PipelineOptions): Pipeline {
    return target.host.isDependencyTreeStatic() ? this.#shared(target, options) : this.#scoped(target, options);
  }

  /**
   * One instance serves every call, so the pipeline is put together once: by the first call, since of many methods a
   * function often runs one, and durable routes have the router's pipeline.
   */
  #shared({ host, methodName }: PipelineTarget, options: PipelineOptions): Pipeline {
    let pipeline: Pipeline | undefined;
    return (input, request) => {
      pipeline ??= this.#around({ instance: host.instance, methodName }, options);
      return pipeline(input, request);
    };
  }

  /** The host, or something it depends on, is of request scope: every call gets an instance of its own. */
  #scoped({ host, methodName }: PipelineTarget, options: PipelineOptions): Pipeline {
    const moduleRef = (host.host?.getProviderByKey(ModuleRef)?.instance as ModuleRef | undefined) ?? this.moduleRef;
    return async (input, request) => {
      const contextId = ContextIdFactory.create();
      moduleRef.registerRequestByContextId(request, contextId);
      const instance = await moduleRef.resolve<object>(host.token as string, contextId);
      return this.#around({ instance, methodName, contextId, inquirerId: host.id }, options)(input, request);
    };
  }

  #around(
    { instance, methodName, contextId, inquirerId }: Around,
    { contextType, filters }: PipelineOptions,
  ): Pipeline {
    const host = instance as Record<string, HandlerMethod>;
    return this.contexts.create(
      host,
      host[methodName] as never,
      methodName,
      NestMetadata.PARAMETERS,
      this.#params,
      contextId,
      inquirerId,
      { guards: true, interceptors: true, filters },
      contextType,
    ) as Pipeline;
  }
}

interface Around {
  instance: object;
  methodName: string;
  contextId?: ContextId;
  inquirerId?: string;
}
