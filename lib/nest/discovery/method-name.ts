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
 * The names of the same method of the classes that another one is provided for, as in
 * `{ provide: Orders, useClass: PartnerOrders }`: callers know only these classes.
 */
export function replacedNamesOf({ tokens, prototype, methodName }: DiscoveredHandler): string[] {
  return tokens.flatMap((token) => {
    if (typeof token !== 'function' || token === prototype.constructor) return [];
    const replaced = token as unknown as { name: string; prototype: Partial<Record<string, HandlerMethod>> };
    const method = replaced.prototype[methodName];
    const mark = method && durableMarkOf(method, replaced.prototype, methodName);
    return mark ? [mark.name ?? placeOf({ className: replaced.name, methodName })] : [];
  });
}
