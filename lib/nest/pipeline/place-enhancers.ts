import { NestMetadata } from '../durable-execution.constants.js';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { durableExceptionFilter } from './durable-exception.filter.js';
import { durableInterceptor } from './durable.interceptor.js';

const LAST: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  [NestMetadata.INTERCEPTORS, durableInterceptor],
  [NestMetadata.FILTERS, durableExceptionFilter],
]);

/**
 * Puts the durable interceptor innermost and the durable filter first, wherever `@Durable()` is among the other
 * decorators of the method. Nest runs the last interceptor innermost, and checks the last filter first.
 */
export function placeDurableEnhancers(method: HandlerMethod): void {
  for (const [key, enhancer] of LAST) placeLast(key, enhancer, method);
}

/** Puts an enhancer last among those of its kind, also where a decorator has lost it from the method. */
export function placeLast(key: string, enhancer: unknown, method: HandlerMethod): void {
  const others = ((Reflect.getMetadata(key, method) ?? []) as unknown[]).filter((other) => other !== enhancer);
  Reflect.defineMetadata(key, [...others, enhancer], method);
}
