import { placeOf } from '../discovery/discovered-handler.js';
import { markedPlaceOf } from '../discovery/method-name.js';
import { NestMetadata } from '../durable-execution.constants.js';
import { functionOfTwoMethods, noFunctionOnInstance } from './decorators.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';

/** A function that replaces a method: it keeps the method's metadata and name. */
export function inPlaceOf<T extends (...args: never[]) => unknown>(
  method: (...args: never[]) => unknown,
  inPlace: T,
): T {
  carryMetadata(method, inPlace);
  return Object.defineProperties(inPlace, {
    name: { value: method.name, configurable: true },
    length: { value: method.length, configurable: true },
  });
}

/** Gives the function in place of a method the metadata of that, except for the keys that it has itself. */
function carryMetadata(method: object, inPlace: object): void {
  for (const key of Reflect.getOwnMetadataKeys(method)) {
    if (!Reflect.hasMetadata(key, inPlace)) Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), inPlace);
  }
}

/**
 * An instance may have another function in place of a method, such as one that its constructor has bound. Nest calls
 * that, and knows nothing of the decorators of the method.
 * @returns the function that the instance has
 * @throws {DurableConfigurationError} if that is no function, or in place of another method too: it can only have the
 *   guards of one
 */
export function replacementOf<M extends object>(instance: object, { method, methodName }: ReplacedMethod<M>): M {
  const called = (instance as Record<string, M>)[methodName]!;
  if (called === method) return called;
  const place = placeOf({ className: instance.constructor.name, methodName });
  if (typeof called !== 'function') throw new DurableConfigurationError(noFunctionOnInstance(place, called));
  const other = markedPlaceOf(called);
  if (other && other !== markedPlaceOf(method))
    throw new DurableConfigurationError(functionOfTwoMethods(place, placeOf(other)));
  carryMetadata(method, called);
  return called;
}

interface ReplacedMethod<M> {
  method: M;
  methodName: string;
}

const LISTS = [NestMetadata.GUARDS, NestMetadata.INTERCEPTORS, NestMetadata.PIPES, NestMetadata.FILTERS];

/** The same, where a decorator has put a function in the place of a decorated method: it has the enhancers of both. */
export function restoreMetadata(method: object, inPlace: object): void {
  for (const key of LISTS) {
    const [lost, kept] = [method, inPlace].map((of) => (Reflect.getMetadata(key, of) ?? []) as unknown[]);
    const all = [...lost!.filter((enhancer) => !kept!.includes(enhancer)), ...kept!];
    if (all.length > 0) Reflect.defineMetadata(key, all, inPlace);
  }
  carryMetadata(method, inPlace);
}
