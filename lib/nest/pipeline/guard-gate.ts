import type { CanActivate, ExecutionContext, Type } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import type { DiscoveredHandler, InstanceWrapper } from '../discovery/discovered-handler.js';
import { NestMetadata } from '../durable-execution.constants.js';
import { InvocationScope } from './invocation-scope.js';

const gated = Symbol('nestjs-durable-execution:gated');

type Gateable = CanActivate & { [gated]?: true };

/**
 * Makes guards run once per execution: a token that expires on day three must not end an order that was approved.
 *
 * Nest asks every guard at every invocation and offers no way round, so `canActivate` of each guard that stands before a
 * `@Durable()` method is wrapped, the global ones included. Outside durable executions the wrapper changes nothing.
 */
export function gateGuards(config: ApplicationConfig, handlers: readonly DiscoveredHandler[]): void {
  for (const instance of config.getGlobalGuards()) wrap(instance);
  for (const wrapper of config.getGlobalRequestGuards()) wrap(instanceOf(wrapper));
  for (const handler of handlers) {
    for (const guard of guardsOf(handler)) wrap(guard);
  }
}

function guardsOf({ host, method }: DiscoveredHandler): CanActivate[] {
  const ofClass = Reflect.getMetadata(NestMetadata.GUARDS, host.metatype ?? host.instance.constructor) ?? [];
  const ofMethod = Reflect.getMetadata(NestMetadata.GUARDS, method) ?? [];
  return [...ofClass, ...ofMethod].map((guard: CanActivate | Type<CanActivate>) => {
    if (typeof guard !== 'function') return guard;
    const wrapper = host.host?.injectables.get(guard);
    return wrapper ? instanceOf(wrapper) : guard.prototype;
  });
}

/** The one instance of a guard, or the prototype of those that are made for each request. */
function instanceOf(wrapper: InstanceWrapper): CanActivate {
  return wrapper.isDependencyTreeStatic() ? wrapper.instance : (wrapper.metatype as Type<CanActivate>).prototype;
}

function wrap(guard: Gateable): void {
  if (guard[gated]) return;
  const { canActivate } = guard;
  guard.canActivate = function (this: CanActivate, context: ExecutionContext) {
    const scope = InvocationScope.current();
    return scope ? scope.passGuard(context, () => canActivate.call(this, context)) : canActivate.call(this, context);
  };
  Object.defineProperty(guard, gated, { value: true });
}
