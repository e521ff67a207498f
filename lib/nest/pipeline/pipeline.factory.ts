import { ContextIdFactory, type ExternalContextCreator, ModuleRef } from '@nestjs/core';
import type { DiscoveredHandler, HandlerMethod } from '../discovery/discovered-handler.js';
import { NestMetadata } from '../durable-execution.constants.js';
import { InputParamsFactory } from './input-params.factory.js';

/**
 * The whole pipeline around a method: guards, interceptors, pipes, the method, filters.
 * @param args - of the call, as enhancers see them
 * @param request - what providers of request scope are given as their `REQUEST`
 */
export type Pipeline = (args: readonly unknown[], request: object) => Promise<unknown>;

export type PipelineTarget = Pick<DiscoveredHandler, 'host' | 'methodName'>;

export interface PipelineOptions {
  /** What `ExecutionContext.getType()` answers. */
  contextType: string;
  /** Whether filters are asked what to make of what was thrown; otherwise the pipeline rejects with it. */
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
    const { host } = target;
    // The instance of a transient provider belongs to whoever asks for it: nobody has asked for the one that Nest keeps.
    const isShared = host.isDependencyTreeStatic() && !host.isTransient;
    return isShared ? this.#shared(target, options) : this.#scoped(target, options);
  }

  /**
   * One instance serves every call, so the pipeline is put together once: by the first call, since of many methods a
   * function often runs one, and durable routes have the router's pipeline.
   */
  #shared({ host, methodName }: PipelineTarget, options: PipelineOptions): Pipeline {
    let pipeline: ((...args: unknown[]) => Promise<unknown>) | undefined;
    return (args) => {
      pipeline ??= this.#around({ instance: host.instance, methodName, inquirerId: host.id }, options);
      return pipeline(...args);
    };
  }

  /** The host, or something it depends on, is made for each call, or for each sub-tree of durable providers. */
  #scoped({ host, methodName }: PipelineTarget, options: PipelineOptions): Pipeline {
    const moduleRef = (host.host?.getProviderByKey(ModuleRef)?.instance as ModuleRef | undefined) ?? this.moduleRef;
    return async (args, request) => {
      // As Nest's own transports do: the strategy of durable providers, if there is one, chooses the sub-tree.
      const contextId = ContextIdFactory.getByRequest(request as Record<string, never>);
      moduleRef.registerRequestByContextId(host.isDependencyTreeDurable() ? contextId.payload : request, contextId);
      const instance = await moduleRef.resolve<object>(host.token as string, contextId);
      return this.#around({ instance, methodName, contextId, inquirerId: host.id }, options)(...args);
    };
  }

  #around(
    { instance, methodName, contextId, inquirerId }: Around,
    { contextType, filters }: PipelineOptions,
  ): (...args: unknown[]) => Promise<unknown> {
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
    ) as (...args: unknown[]) => Promise<unknown>;
  }
}

interface Around {
  instance: object;
  methodName: string;
  contextId?: ContextId;
  inquirerId?: string;
}
