import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { controllerMethodWithoutRoute } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { type DiscoveredHandler, type HandlerMethod, type InstanceWrapper, placeOf } from './discovered-handler.js';
import { DurableMetadataAccessor } from './durable-metadata.accessor.js';

/** Walks the container for `@Durable()` methods. It returns data and does nothing else. */
@Injectable()
export class DurableExplorer {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(DurableMetadataAccessor) private readonly accessor: DurableMetadataAccessor,
  ) {}

  /** @throws {DurableConfigurationError} when a controller's method has no route */
  explore(): DiscoveredHandler[] {
    const providers = this.discovery.getProviders().flatMap((host) => this.#handlersOf(host, 'direct'));
    const controllers = this.discovery.getControllers().flatMap((host) => this.#handlersOf(host, 'http'));
    return [...providers, ...controllers];
  }

  #handlersOf(host: InstanceWrapper, route: DiscoveredHandler['route']): DiscoveredHandler[] {
    const prototype = prototypeOf(host);
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((methodName) => {
      const method = (prototype as Record<string, HandlerMethod>)[methodName] as HandlerMethod;
      const options = this.accessor.durableOptions(method);
      if (!options) return [];
      const place = { className: prototype.constructor.name, methodName };
      if (route === 'http' && !this.accessor.isRoute(method)) {
        throw new DurableConfigurationError(controllerMethodWithoutRoute(placeOf(place)));
      }
      return [{ name: options.name ?? placeOf(place), route, host, method, ...place }];
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
