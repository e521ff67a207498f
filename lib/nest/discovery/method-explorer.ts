import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { HandlerMethod, InstanceWrapper } from './discovered-handler.js';

/** A method on which a decorator has left something. */
export interface MarkedMethod<M> {
  readonly mark: M;
  readonly host: InstanceWrapper;
  readonly className: string;
  readonly methodName: string;
  readonly method: HandlerMethod;
}

/** Walks the container for methods that decorators have marked. It returns data and does nothing else. */
@Injectable()
export class MethodExplorer {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  ofProviders<M>(markOf: (method: HandlerMethod) => M | undefined): MarkedMethod<M>[] {
    return this.discovery.getProviders().flatMap((host) => this.#markedMethods(host, markOf));
  }

  ofControllers<M>(markOf: (method: HandlerMethod) => M | undefined): MarkedMethod<M>[] {
    return this.discovery.getControllers().flatMap((host) => this.#markedMethods(host, markOf));
  }

  #markedMethods<M>(host: InstanceWrapper, markOf: (method: HandlerMethod) => M | undefined): MarkedMethod<M>[] {
    const prototype = prototypeOf(host);
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((methodName) => {
      const method = (prototype as Record<string, HandlerMethod>)[methodName] as HandlerMethod;
      const mark = markOf(method);
      return mark === undefined ? [] : [{ mark, host, className: prototype.constructor.name, methodName, method }];
    });
  }
}

/**
 * Where the methods of a provider are. An alias would show its target a second time; a factory that has not run yet, a
 * value without a prototype and a missing instance have no methods to show.
 */
function prototypeOf({ isAlias, instance, metatype, inject }: InstanceWrapper): object | undefined {
  if (isAlias) return undefined;
  if (typeof instance === 'object' && instance !== null) return Object.getPrototypeOf(instance) ?? undefined;
  const isClass = typeof metatype === 'function' && !inject;
  return isClass ? (metatype.prototype as object | undefined) : undefined;
}
