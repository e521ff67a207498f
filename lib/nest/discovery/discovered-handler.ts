import type { DiscoveryService } from '@nestjs/core';
import type { InvocationRoute } from '../pipeline/invocation-route.js';

/** Nest's wrapper of a provider or controller; the class itself is not exported. */
export type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

export type HandlerMethod = (...args: never[]) => unknown;

/** One `@Durable()` method, as found in the application. */
export interface DiscoveredHandler {
  readonly name: string;
  readonly route: Exclude<InvocationRoute, 'event'>;
  readonly host: InstanceWrapper;
  /** Under which its instance is provided. */
  readonly tokens: readonly unknown[];
  readonly prototype: object;
  readonly className: string;
  readonly methodName: string;
  readonly method: HandlerMethod;
}

/** The name of a handler in messages: its place in the code. */
export function placeOf({ className, methodName }: Pick<DiscoveredHandler, 'className' | 'methodName'>): string {
  return `${className}.${methodName}`;
}
