import { NestMetadata } from '../durable-execution.constants.js';
import type { DiscoveredHandler, HandlerMethod } from '../discovery/discovered-handler.js';
import { durableExceptionFilter } from './durable-exception.filter.js';
import { durableInterceptor } from './durable.interceptor.js';

/**
 * Puts the durable interceptor innermost and the durable filter first, wherever `@Durable()` is among the other
 * decorators of a method. Nest runs the last interceptor innermost, and checks the last filter first.
 */
export function placeDurableEnhancers(handlers: ReadonlyArray<Pick<DiscoveredHandler, 'method'>>): void {
  for (const { method } of handlers) {
    placeLast(NestMetadata.INTERCEPTORS, durableInterceptor, method);
    placeLast(NestMetadata.FILTERS, durableExceptionFilter, method);
  }
}

/** Puts an enhancer last among those of its kind, also where a decorator has lost it from the method. */
export function placeLast(key: string, enhancer: unknown, method: HandlerMethod): void {
  const others = ((Reflect.getMetadata(key, method) ?? []) as unknown[]).filter((other) => other !== enhancer);
  Reflect.defineMetadata(key, [...others, enhancer], method);
}
