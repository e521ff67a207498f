import { Inject, Injectable } from '@nestjs/common';
import type { DurableOptions } from '../decorators/durable.decorator.js';
import { controllerMethodWithoutRoute } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { type DiscoveredHandler, placeOf } from './discovered-handler.js';
import { DurableMetadataAccessor } from './durable-metadata.accessor.js';
import { type MarkedMethod, MethodExplorer } from './method-explorer.js';

/** Finds the `@Durable()` methods of the application. */
@Injectable()
export class DurableExplorer {
  constructor(
    @Inject(MethodExplorer) private readonly methods: MethodExplorer,
    @Inject(DurableMetadataAccessor) private readonly accessor: DurableMetadataAccessor,
  ) {}

  /** @throws {DurableConfigurationError} when a controller's method has no route */
  explore(): DiscoveredHandler[] {
    const optionsOf = this.accessor.durableOptions.bind(this.accessor);
    const providers = this.methods.ofProviders(optionsOf).map((marked) => handlerOf(marked, 'direct'));
    const routes = this.methods.ofControllers(optionsOf).map((marked) => {
      if (this.accessor.isRoute(marked.method)) return handlerOf(marked, 'http');
      throw new DurableConfigurationError(controllerMethodWithoutRoute(placeOf(marked)));
    });
    return [...providers, ...routes];
  }
}

function handlerOf(
  { mark, ...found }: MarkedMethod<DurableOptions>,
  route: DiscoveredHandler['route'],
): DiscoveredHandler {
  return { ...found, route, name: mark.name ?? placeOf(found) };
}
