import type { Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { type HandlerMethod, placeOf } from '../discovery/discovered-handler.js';
import { durableMarkOf, isRoute } from '../discovery/method-marks.js';
import { durableMethods, noHostClass, startedRoute, unstableName } from './client.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

/** The name that Nest's `mixin()` gives a class: another one in each process. */
const MIXIN = /^[\da-f]{21}$/;

/**
 * The name by which a `@Durable()` method of a provider is started.
 * @param method - needed when the class has more than one public method
 * @throws {DurableConfigurationError} when the class has no such `@Durable()` method, it is a route, or it has no name in
 *   a class of `mixin()`
 */
export function handlerNameOf<T extends object>(host: Type<T>, method: string | undefined): string {
  if (typeof host !== 'function') throw new DurableConfigurationError(noHostClass(host));
  const className = host.name;
  const prototype = host.prototype as Record<string, HandlerMethod>;
  const methodNames = new MetadataScanner()
    .getAllMethodNames(prototype)
    .filter((methodName) => durableMarkOf(prototype[methodName]!, prototype, methodName) !== undefined);
  const chosen = method === undefined && methodNames.length === 1 ? methodNames[0] : method;
  if (chosen === undefined || !methodNames.includes(chosen)) {
    throw new DurableConfigurationError(durableMethods(className, method, methodNames));
  }
  const place = placeOf({ className, methodName: chosen });
  if (isRoute(prototype[chosen]!)) throw new DurableConfigurationError(startedRoute(place));
  const name = durableMarkOf(prototype[chosen]!, prototype, chosen)?.name;
  if (name === undefined && MIXIN.test(className)) throw new DurableConfigurationError(unstableName(chosen));
  return name ?? place;
}
