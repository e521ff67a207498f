/** What is replaced, and the mark of its class once it is. */
interface Replaced {
  method: string;
  mark: symbol;
}

/**
 * Replaces a method of a class of Nest, once for all copies of this package. A version of Nest without the method is not
 * changed.
 */
export function replaceMethod<M extends (...args: never[]) => unknown>(
  prototype: object | undefined,
  { method, mark }: Replaced,
  make: (original: M) => M,
): void {
  const members = prototype as Record<string | symbol, unknown> | undefined;
  const original = members?.[method];
  if (!members || typeof original !== 'function' || members[mark]) return;
  members[method] = Object.defineProperty(make(original as M), 'length', { value: original.length });
  Object.defineProperty(members, mark, { value: true });
}
