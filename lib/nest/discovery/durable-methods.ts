import { restoreMetadata } from '../decorators/carried-metadata.js';
import type { DurableMark } from '../decorators/durable-options.js';
import { DURABLE_METADATA, RESOLVER_METADATA } from '../durable-execution.constants.js';
import {
  controllerMethodWithoutRoute,
  durableAndOperation,
  durableResolver,
  transientController,
} from './discovery.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { type DiscoveredHandler, placeOf } from './discovered-handler.js';
import { isRoute, operationMarkOf } from './method-marks.js';
import type { MarkedMethod, MethodExplorer } from './method-explorer.js';

/**
 * Finds the `@Durable()` methods of the application.
 * @throws {DurableConfigurationError} when a controller's method has no route or the controller no instance, or a method
 *   is an operation or a resolver as well
 */
export function durableMethodsOf(explorer: MethodExplorer): DiscoveredHandler[] {
  const providers = explorer.ofProviders<DurableMark>(DURABLE_METADATA).map((marked) => handlerOf(marked, 'direct'));
  const routes = explorer.ofControllers<DurableMark>(DURABLE_METADATA).map((marked) => {
    const handler = handlerOf(marked, 'http');
    if (!isRoute(marked.method)) throw new DurableConfigurationError(controllerMethodWithoutRoute(placeOf(marked)));
    if (marked.host.isTransient) throw new DurableConfigurationError(transientController(placeOf(marked)));
    return handler;
  });
  return [...providers, ...routes];
}

function handlerOf(
  { mark, ...found }: MarkedMethod<DurableMark>,
  route: DiscoveredHandler['route'],
): DiscoveredHandler {
  const { method, prototype, methodName } = found;
  const operation = operationMarkOf(method, prototype, methodName);
  if (operation) throw new DurableConfigurationError(durableAndOperation(placeOf(found), operation));
  if (RESOLVER_METADATA.some((key) => Reflect.hasMetadata(key, method)))
    throw new DurableConfigurationError(durableResolver(placeOf(found)));
  const handler = { ...found, route, name: mark.name ?? placeOf(found) };
  // If a decorator has wrapped the method, the metadata is restored on the wrapper: this is the function that Nest will
  // call, and it must not call it without the guards below that decorator.
  if (mark.decorated !== method) restoreMetadata(mark.decorated, method);
  return handler;
}
