import { type DiscoveredHandler, type HandlerMethod, placeOf } from './discovered-handler.js';
import { PLACE_METADATA } from '../durable-execution.constants.js';
import { durableMarkOf } from './method-marks.js';

type MethodPlace = Pick<DiscoveredHandler, 'className' | 'methodName'>;

/** Where a method with a decorator of this package is: one object for each method. A function without one has none. */
export function markedPlaceOf(method: object): MethodPlace | undefined {
  return Reflect.getMetadata(PLACE_METADATA, method) as MethodPlace | undefined;
}

/** The name under which a class has the method: its function may have another or none, because a decorator has made it. */
export function methodNameOf(method: { readonly name: string } & object): string {
  return markedPlaceOf(method)?.methodName ?? method.name;
}

/** The name of a `@Durable()` method: its own, or else its place in the code. */
export function durableNameOf(
  { name: className }: { readonly name: string },
  method: HandlerMethod,
  { name }: { name?: string | undefined },
): string {
  return name ?? placeOf({ className, methodName: methodNameOf(method) });
}

/**
 * The name of the same method of the class that another one is provided for, as in
 * `{ provide: Orders, useClass: PartnerOrders }`: callers know only that class.
 */
export function replacedNameOf({ host, prototype, methodName }: DiscoveredHandler): string | undefined {
  const token: unknown = host.token;
  if (typeof token !== 'function' || token === prototype.constructor) return undefined;
  const replaced = token as unknown as { name: string; prototype: Partial<Record<string, HandlerMethod>> };
  const method = replaced.prototype[methodName];
  const mark = method && durableMarkOf(method, replaced.prototype, methodName);
  return mark && (mark.name ?? placeOf({ className: replaced.name, methodName }));
}
