import { currentInvocation } from '../../engine/adapter.js';
import { shared } from '../../process-state.js';
import { type DiscoveredHandler, type HandlerMethod, placeOf } from '../discovery/discovered-handler.js';
import { isRoute } from '../discovery/method-marks.js';
import { markedPlaceOf } from '../discovery/method-name.js';
import { replacedOnInstance } from '../discovery/discovery.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

/** The names of durable routes and webhooks of controllers of request scope, by their class. */
const scopedRoutes = shared('scoped-routes', () => new WeakMap<object, Set<string>>());

/** Instances of its class are made when the application has booted: only then a function in place of the route is seen. */
export function watchInstancesOf({ prototype: { constructor }, methodName }: DiscoveredRoute): void {
  scopedRoutes.set(constructor, (scopedRoutes.get(constructor) ?? new Set()).add(methodName));
}

type DiscoveredRoute = Pick<DiscoveredHandler, 'prototype' | 'methodName'>;

/**
 * A function that an instance has in place of a route is given the decorators of that when the application boots. An
 * instance of request scope is made later: its route would run without its guards, and as one that is not durable.
 *
 * @throws {DurableConfigurationError} if it may be in place of a durable route or of a webhook: it is the function there, or
 *   that has no decorators either, since a proxy gives another at each look, and tools for tracing wrap what Nest calls.
 *   The execution fails.
 */
export function assertDecorated(instance: object, called: HandlerMethod): void {
  const names = scopedRoutes.get(instance.constructor);
  if (!names || markedPlaceOf(called)) return;
  for (const methodName of names) {
    const inPlace = (instance as Record<string, HandlerMethod>)[methodName]!;
    if (inPlace !== called && (isRoute(called) || markedPlaceOf(inPlace))) continue;
    const place = placeOf({ className: instance.constructor.name, methodName });
    const error = new DurableConfigurationError(replacedOnInstance(place));
    currentInvocation()?.proposeFailure(error);
    throw error;
  }
}
