import type { ExternalContextCreator, ModulesContainer } from '@nestjs/core';
import { NestMetadata } from '../durable-execution.constants.js';
import { enhancerNotMade } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { placeOf } from './discovered-handler.js';
import type { MarkedMethod } from './method-explorer.js';

type Place = Omit<MarkedMethod<unknown>, 'mark'>;

/** The metadata of a kind of enhancers, and the method that Nest calls on one. */
const KINDS = {
  guard: [NestMetadata.GUARDS, 'canActivate'],
  interceptor: [NestMetadata.INTERCEPTORS, 'intercept'],
  pipe: [NestMetadata.PIPES, 'transform'],
  filter: [NestMetadata.FILTERS, 'catch'],
} as const;

/**
 * Nest makes the enhancers that are given as classes when it scans the class of a provider. A provider of a factory has
 * none, so Nest would silently call its methods without their guards.
 *
 * @throws {DurableConfigurationError} for such a guard, interceptor, pipe or filter
 */
export function assertEnhancersRun(place: Place, modules: ModulesContainer, contexts: ExternalContextCreator): void {
  const made = moduleOf(place, modules, contexts)?.injectables;
  for (const [kind, [key, call]] of Object.entries(KINDS)) {
    const missing = enhancersOf(place, key).find((enhancer) => {
      const isMade = typeof enhancer !== 'function' || made?.has(enhancer as never);
      return !isMade && typeof (enhancer as unknown as Record<string, unknown>)[call] !== 'function';
    });
    if (missing)
      throw new DurableConfigurationError(enhancerNotMade(kind, (missing as () => void).name, placeOf(place)));
  }
}

/** The module in which Nest looks for enhancers; an older Nest takes the first that provides the class. */
function moduleOf({ host, prototype }: Place, modules: ModulesContainer, contexts: ExternalContextCreator) {
  if ('getHostModuleKey' in contexts) return host.host;
  return [...modules.values()].find((module) => module.hasProvider(prototype.constructor));
}

function enhancersOf({ prototype, method, methodName }: Place, key: string): unknown[] {
  const { constructor } = prototype;
  const declared = [Reflect.getMetadata(key, constructor), Reflect.getMetadata(key, method)] as Array<unknown[]>;
  if (key !== NestMetadata.PIPES) return declared.flatMap((list) => list ?? []);
  const parameters = (Reflect.getMetadata(NestMetadata.PARAMETERS, constructor, methodName) ?? {}) as object;
  const ofParameters = Object.values(parameters).map(({ pipes }: { pipes?: unknown[] }) => pipes);
  return [...declared, ...ofParameters].flatMap((list) => list ?? []);
}
