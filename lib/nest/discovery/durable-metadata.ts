import type { DurableOptions } from '../decorators/durable.decorator.js';
import { DURABLE_METADATA, NestMetadata } from '../durable-execution.constants.js';
import type { HandlerMethod } from './discovered-handler.js';

/** What `@Durable()` has left on a method. */
export function durableOptionsOf(method: HandlerMethod): DurableOptions | undefined {
  return Reflect.getMetadata(DURABLE_METADATA, method) as DurableOptions | undefined;
}

export function isRoute(method: HandlerMethod): boolean {
  return Reflect.hasMetadata(NestMetadata.ROUTE_PATH, method);
}
