import type { FactoryProvider } from '@nestjs/common';
import type { DurableContext as EngineDurableContext } from '../engine/context/durable-context.js';
import { requireDurableContext, requireSurroundingContext } from './pipeline/ambient-durable-context.js';

// The class gives the interface a value by which it is injected; its members are created below, from the list of them.
/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type */

/**
 * The durable operations of the execution, child, branch or item in which the code runs.
 *
 * Injected, it is a singleton that is correct everywhere: it looks up the context at each use.
 *
 * Inside a step, and before the guards have passed, there are no durable operations, but `logger`, `executionContext` and
 * `lambdaContext` are available.
 *
 * @throws {DurableConfigurationError} when used outside an execution, or an operation before the guards have passed
 * @throws {ContextValidationError} for an operation inside a step
 * @example
 * ```ts
 * constructor(private readonly context: DurableContext) {}
 * reserve(order: Order) {
 *   return this.context.step('reserve stock', () => this.warehouse.reserve(order));
 * }
 * ```
 */
export interface DurableContext extends EngineDurableContext {}
/* eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a token for injection, whose members the module gives */
export abstract class DurableContext {}

/* eslint-enable */

type Batches = 'invoke' | 'map' | 'parallel' | 'promise' | 'waitForCondition';
type Member = keyof EngineDurableContext | Batches;

/** If a member is added to the context and not here, this does not compile. */
const MEMBERS: Readonly<Record<Member, 'method' | 'operations' | 'property'>> = {
  configureLogger: 'method',
  configureSerdes: 'method',
  createCallback: 'method',
  deprecatePatch: 'method',
  executionContext: 'property',
  invoke: 'method',
  lambdaContext: 'property',
  logger: 'property',
  map: 'method',
  now: 'method',
  parallel: 'method',
  patched: 'method',
  promise: 'operations',
  random: 'method',
  runInChildContext: 'method',
  saga: 'method',
  step: 'method',
  stopRequested: 'method',
  uuid: 'method',
  wait: 'method',
  waitForCallback: 'method',
  waitForCondition: 'method',
};

/** Methods are ordinary members that throw only when called: some modules read every member of every provider. */
function memberOf(name: Member): PropertyDescriptor {
  if (MEMBERS[name] === 'property') return { get: () => requireSurroundingContext()[name] };
  if (MEMBERS[name] === 'operations') return { get: () => requireDurableContext()[name] };
  const call = (...args: never[]): unknown => {
    const context = requireDurableContext() as unknown as Record<Member, (...args: never[]) => unknown>;
    return context[name](...args);
  };
  return { value: Object.defineProperty(call, 'name', { value: name }), writable: true };
}

for (const name of Object.keys(MEMBERS) as Member[]) {
  Object.defineProperty(DurableContext.prototype, name, { ...memberOf(name), configurable: true });
}

export const durableContextProvider: FactoryProvider<DurableContext> = {
  provide: DurableContext,
  useFactory: () => Object.create(DurableContext.prototype) as DurableContext,
};
