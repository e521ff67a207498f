import type { ApplicationConfig, ExternalContextCreator, ModulesContainer } from '@nestjs/core';
import { NestMetadata } from '../durable-execution.constants.js';
import { enhancerNotMade, scopedEnhancerNotMade } from './discovery.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { placeOf } from './discovered-handler.js';
import type { MarkedMethod } from './method-explorer.js';
import { describedParameters } from './method-marks.js';

type Place = Omit<MarkedMethod<unknown>, 'mark'>;

/** What makes the enhancers of an application. */
export interface EnhancerMakers {
  modules: ModulesContainer;
  contexts: ExternalContextCreator;
  config: ApplicationConfig;
  /** Global guards do not run. @defaultValue false */
  withoutGlobalGuards?: boolean;
  /** No filters run. @defaultValue false */
  withoutFilters?: boolean;
}

/** Of each kind: its metadata, the method that Nest calls, and how to list those that are global and of request scope. */
const KINDS = {
  guard: [NestMetadata.GUARDS, 'canActivate', 'getGlobalRequestGuards'],
  interceptor: [NestMetadata.INTERCEPTORS, 'intercept', 'getGlobalRequestInterceptors'],
  pipe: [NestMetadata.PIPES, 'transform', 'getGlobalRequestPipes'],
  filter: [NestMetadata.FILTERS, 'catch', 'getGlobalRequestFilters'],
} as const;

/**
 * Nest makes the enhancers that are given as classes when it scans the class of a provider. A provider of a factory has
 * none, so Nest would silently call its methods without their guards, and with global ones of request scope that were
 * not constructed. What is below a decorator that replaces the method is not found by the scan either.
 *
 * @throws {DurableConfigurationError} for such a guard, interceptor, pipe or filter
 */
export function assertEnhancersRun(place: Place, makers: EnhancerMakers): void {
  const { modules, contexts, config, withoutGlobalGuards = false, withoutFilters = false } = makers;
  const { host } = place;
  const isController = host.host?.controllers.has(host.token as never);
  const made = (isController ? host.host : moduleOf(place, modules, contexts))?.injectables;
  const isMade = (enhancer: unknown, call: string): boolean =>
    typeof enhancer !== 'function' || call in enhancer || made?.has(enhancer as never) === true;
  const isEntry = isController || host.host?.entryProviders.includes(host);
  for (const [kind, [key, call, scopedGlobals]] of Object.entries(KINDS)) {
    if (kind === 'filter' && withoutFilters) continue;
    const missing = enhancersOf(place, key).find((enhancer) => !isMade(enhancer, call));
    if (missing)
      throw new DurableConfigurationError(enhancerNotMade(kind, (missing as () => void).name, placeOf(place)));
    const [scoped] = isEntry || (kind === 'guard' && withoutGlobalGuards) ? [] : config[scopedGlobals]();
    if (scoped) throw new DurableConfigurationError(scopedEnhancerNotMade(kind, placeOf(place)));
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
  const parameters = describedParameters<{ pipes?: unknown[] }>(constructor, methodName);
  const ofParameters = Object.values(parameters).map(({ pipes }) => pipes);
  return [...declared, ...ofParameters].flatMap((list) => list ?? []);
}
