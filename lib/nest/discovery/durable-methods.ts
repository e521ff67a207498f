import type { DurableOptions } from '../decorators/durable.decorator.js';
import { controllerMethodWithoutRoute } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { type DiscoveredHandler, placeOf } from './discovered-handler.js';
import { durableOptionsOf, isRoute } from './durable-metadata.js';
import type { MarkedMethod, MethodExplorer } from './method-explorer.js';

/**
 * Finds the `@Durable()` methods of the application.
 * @throws {DurableConfigurationError} when a controller's method has no route
 */
export function durableMethodsOf(explorer: MethodExplorer): DiscoveredHandler[] {
  const providers = explorer.ofProviders(durableOptionsOf).map((marked) => handlerOf(marked, 'direct'));
  const routes = explorer.ofControllers(durableOptionsOf).map((marked) => {
    if (isRoute(marked.method)) return handlerOf(marked, 'http');
    throw new DurableConfigurationError(controllerMethodWithoutRoute(placeOf(marked)));
  });
  return [...providers, ...routes];
}

function handlerOf(
  { mark, ...found }: MarkedMethod<DurableOptions>,
  route: DiscoveredHandler['route'],
): DiscoveredHandler {
  return { ...found, route, name: mark.name ?? placeOf(found) };
}
