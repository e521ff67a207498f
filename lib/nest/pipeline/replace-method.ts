import type { ExternalContextCreator } from '@nestjs/core';

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
  const members = declaring(owner && (Object.getPrototypeOf(owner) as object), method);
  const original = members?.[method];
  if (!members || typeof original !== 'function') return undefined;
  const { length } = original;
  if (!members[mark]) {
    members[method] = Object.defineProperty(make(original as M), 'length', { value: length });
    Object.defineProperty(members, mark, { value: true });
  }
  return length;
}

/** Nest has a class of its own for the filters of the router, which inherits the method. */
function declaring(prototype: object | undefined, method: string): Record<string | symbol, unknown> | undefined {
  let level: object | null | undefined = prototype;
  while (level && !Object.hasOwn(level, method)) level = Object.getPrototypeOf(level) as object | null;
  return (level ?? undefined) as Record<string | symbol, unknown> | undefined;
}
