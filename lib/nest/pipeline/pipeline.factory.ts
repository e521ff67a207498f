import { type ExternalContextCreator, ModuleRef } from '@nestjs/core';
import { replacementOf } from '../decorators/carried-metadata.js';
import type { DiscoveredHandler, HandlerMethod } from '../discovery/discovered-handler.js';
import { NestMetadata } from '../durable-execution.constants.js';
import { type ContextId, contextIdOf } from './context-id.js';
import { InputParamsFactory } from './input-params.factory.js';

/**
 * The whole pipeline around a method: guards, interceptors, pipes, the method, filters.
 * @param args - of the call, for enhancers
 * @param request - what providers of request scope receive as their `REQUEST`
 */
export type Pipeline = (args: readonly unknown[], request: object) => Promise<unknown>;

export type PipelineTarget = Pick<DiscoveredHandler, 'host' | 'method' | 'methodName'>;

export interface PipelineOptions {
  /** The value of `ExecutionContext.getType()`. */
  contextType: string;
  /** Whether filters handle errors; otherwise the pipeline rejects with them. */
  filters: boolean;
}

/** Puts Nest's pipeline around methods that are called without a request. */
export class PipelineFactory {
  readonly #params = new InputParamsFactory();

  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly moduleRef: ModuleRef,
  ) {}

  create(target: PipelineTarget, given: PipelineOptions): Pipeline {
    const { host } = target;
    const options = { ...given, contexts: withOwnMetadata(this.contexts) };
    // Each consumer of a transient provider has its own instance: no consumer has the one that Nest keeps.
    const isShared = host.isDependencyTreeStatic() && !host.isTransient;
    return isShared ? this.#shared(target, options) : this.#scoped(target, options);
  }

  /**
   * One instance serves every call, so the pipeline is built once: by the first call, because a function often runs
   * only one of many methods, and durable routes have the router's pipeline. A test may put a spy in place of the method
   * later, and take it away.
   */
  #shared({ host, ...method }: PipelineTarget, options: Options): Pipeline {
    const { methodName } = method;
    const instance = host.instance as object;
    // Now too: which of two methods with one function is called first must not decide.
    let called = replacementOf(instance, method);
    let pipeline: ((...args: unknown[]) => Promise<unknown>) | undefined;
    return (args) => {
      const before = called;
      called = replacementOf(instance, method);
      if (called !== before) pipeline = undefined;
      pipeline ??= this.#around({ instance, called, methodName, inquirerId: host.id }, options);
      return pipeline(...args);
    };
  }

  /** The host, or a dependency of it, is created for each call, or for each sub-tree of durable providers. */
  #scoped({ host, ...method }: PipelineTarget, options: Options): Pipeline {
    const moduleRef = host.host?.getProviderByKey(ModuleRef)?.instance ?? this.moduleRef;
    return async (args, request) => {
      // As Nest's own transports do: the strategy of durable providers, if there is one, selects the sub-tree.
      const contextId = contextIdOf(request);
      moduleRef.registerRequestByContextId(host.isDependencyTreeDurable() ? contextId.payload : request, contextId);
      const instance = await moduleRef.resolve<object>(host.token as string, contextId);
      const called = replacementOf(instance, method);
      const { methodName } = method;
      return this.#around({ instance, called, methodName, contextId, inquirerId: host.id }, options)(...args);
    };
  }

  #around(
    { instance, called, methodName, contextId, inquirerId }: Around,
    { contextType, filters, contexts }: Options,
  ): (...args: unknown[]) => Promise<unknown> {
    return contexts.create(
      instance,
      called as never,
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

interface Options extends PipelineOptions {
  contexts: ExternalContextCreator;
}

/**
 * The same for one method. Nest 11 keeps what it has read of the parameters under the names of class and method only:
 * a class of the same name in another module would get them, and so would the method as the handler of an event.
 */
function withOwnMetadata(contexts: ExternalContextCreator): ExternalContextCreator {
  let metadata: unknown;
  const value = { get: () => metadata, set: (...[, , read]: unknown[]) => void (metadata = read) };
  return Object.create(contexts, { handlerMetadataStorage: { value } }) as ExternalContextCreator;
}

interface Around {
  instance: object;
  called: HandlerMethod;
  methodName: string;
  contextId?: ContextId;
  inquirerId?: string;
}
