import type { ExternalContextCreator } from '@nestjs/core';
import { declaringPrototype } from '../discovery/method-marks.js';

/** A method of one of the objects with which Nest runs enhancers, and the mark of its class once it is replaced. */
interface Replaced {
  of: 'filtersContextCreator' | 'guardsConsumer' | 'interceptorsConsumer' | 'pipesConsumer';
  method: string;
  mark: symbol;
}

/**
 * Replaces a method of a class of Nest, once for all copies of this package. The class is found through an injected
 * creator: so it is the one that the application uses, in a bundle too. A version of Nest without the method is not
 * changed.
 *
 * @returns the number of parameters of Nest's own method, `undefined` without one
 */
export function replaceMethod<M extends (...args: never[]) => unknown>(
  contexts: ExternalContextCreator,
  { of, method, mark }: Replaced,
  make: (original: M) => M,
): number | undefined {
  const owner = (contexts as unknown as Partial<Record<Replaced['of'], object>>)[of];
  // Nest has a class of its own for the filters of the router, which inherits the method.
  const declaring = declaringPrototype(owner && (Object.getPrototypeOf(owner) as object), method);
  const members = declaring as Record<string | symbol, unknown> | undefined;
  const original = members?.[method];
  if (!members || typeof original !== 'function') return undefined;
  const { length } = original;
  if (!members[mark]) {
    members[method] = Object.defineProperty(make(original as M), 'length', { value: length });
    Object.defineProperty(members, mark, { value: true });
  }
  return length;
}
