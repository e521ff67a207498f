import type { FactoryProvider } from '@nestjs/common';
import type { DurableContext as EngineDurableContext } from '../engine/context/durable-context.js';
import { requireDurableContext } from './pipeline/ambient-durable-context.js';

// The class gives the interface a value to inject it by; it is never made, so it need not initialise anything.
/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type */

/**
 * The durable operations of whatever execution, child, branch or item the code runs in.
 *
 * Injected, it is one singleton that is right everywhere: it asks for the context at each use.
 *
 * @throws {DurableConfigurationError} when used outside an execution, inside a step, or before the guards have passed
 * @example
 * ```ts
 * constructor(private readonly context: DurableContext) {}
 * reserve(order: Order) {
 *   return this.context.step('reserve stock', () => this.warehouse.reserve(order));
 * }
 * ```
 */
export interface DurableContext extends EngineDurableContext {}
export abstract class DurableContext {}

/* eslint-enable */

type Batches = 'invoke' | 'map' | 'parallel' | 'promise' | 'waitForCondition';

/** A member that is added to the context and not here does not compile. */
const MEMBERS: Readonly<Record<keyof EngineDurableContext | Batches, true>> = {
  configureLogger: true,
  configureSerdes: true,
  createCallback: true,
  executionContext: true,
  invoke: true,
  lambdaContext: true,
  logger: true,
  map: true,
  parallel: true,
  promise: true,
  runInChildContext: true,
  step: true,
  wait: true,
  waitForCallback: true,
  waitForCondition: true,
};

/** Nest and `await` ask every object for members it need not have, so those of the context alone are looked up. */
const facade: ProxyHandler<object> = {
  get(_target, member) {
    if (!Object.hasOwn(MEMBERS, member)) return undefined;
    const context = requireDurableContext();
    const value: unknown = context[member as keyof EngineDurableContext];
    return typeof value === 'function' ? value.bind(context) : value;
  },
};

export const durableContextProvider: FactoryProvider<DurableContext> = {
  provide: DurableContext,
  useFactory: () => new Proxy({}, facade) as DurableContext,
};
