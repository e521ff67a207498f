import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { COMPENSATION_METADATA, NestMetadata, STEP_METADATA } from '../durable-execution.constants.js';
import type { HandlerMethod, InstanceWrapper } from './discovered-handler.js';

/** A method on which a decorator has left something. */
export interface MarkedMethod<M> {
  readonly mark: M;
  readonly host: InstanceWrapper;
  readonly prototype: object;
  readonly className: string;
  readonly methodName: string;
  readonly method: HandlerMethod;
}

/** Reads what a decorator has left on a method of a class. */
export type MarkReader<M> = (method: HandlerMethod, prototype: object, name: string) => M | undefined;

/** Walks the container for methods that decorators have marked. It returns data and does nothing else. */
export class MethodExplorer {
  readonly #scanner = new MetadataScanner();

  constructor(private readonly modules: ModulesContainer) {}

  ofProviders<M>(markOf: MarkReader<M>): MarkedMethod<M>[] {
    const hosts = [...this.modules.values()].flatMap(({ providers }) => [...providers.values()]);
    return hosts.flatMap((host) => this.#markedMethods(host, markOf));
  }

  ofControllers<M>(markOf: MarkReader<M>): MarkedMethod<M>[] {
    const hosts = [...this.modules.values()].flatMap(({ controllers }) => [...controllers.values()]);
    return hosts.flatMap((host) => this.#markedMethods(host, markOf));
  }

  ofAll<M>(markOf: MarkReader<M>): MarkedMethod<M>[] {
    return [...this.ofProviders(markOf), ...this.ofControllers(markOf)];
  }

  #markedMethods<M>(host: InstanceWrapper, markOf: MarkReader<M>): MarkedMethod<M>[] {
    const prototype = prototypeOf(host);
    if (!prototype || !mayHaveMarks(prototype)) return [];
    return this.#scanner.getAllMethodNames(prototype).flatMap((methodName) => {
      const method = (prototype as Record<string, HandlerMethod>)[methodName] as HandlerMethod;
      const mark = markOf(method, prototype, methodName);
      return mark === undefined
        ? []
        : [{ mark, host, prototype, className: prototype.constructor.name, methodName, method }];
    });
  }
}

/**
 * Where the methods of a provider are. An alias would show its target a second time; a factory that has not run yet, a
 * value without a prototype and a missing instance have no methods to show.
 */
function prototypeOf({ isAlias, instance, metatype, inject }: InstanceWrapper): object | undefined {
  if (isAlias) return undefined;
  if (typeof instance === 'object' && instance !== null)
    return (Object.getPrototypeOf(instance) as object | null) ?? undefined;
  const isClass = typeof metatype === 'function' && !inject;
  return isClass ? (metatype.prototype as object | undefined) : undefined;
}

/** What stands on a class that has marks on its methods. */
const LOOKED_THROUGH = [NestMetadata.ENTRY_PROVIDER, STEP_METADATA, COMPENSATION_METADATA];

/**
 * Our decorators make the class of a method an entry provider, and its heirs with it, or leave their own mark. To ask every method of every other
 * class of the application would be most of the work of a boot.
 */
function mayHaveMarks({ constructor }: object): boolean {
  return typeof constructor === 'function' && LOOKED_THROUGH.some((key) => Reflect.hasMetadata(key, constructor));
}
