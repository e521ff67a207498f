import { ContextIdFactory } from '@nestjs/core';

export type ContextId = ReturnType<typeof ContextIdFactory.create>;

let key: symbol | undefined;

/**
 * The id under which the providers of a request are created, noted on the request as Nest's transports do it. So code
 * that asks `ContextIdFactory.getByRequest(request)` receives this id, and resolves the same instances.
 */
export function contextIdOf(request: object): ContextId {
  const id = ContextIdFactory.getByRequest(request as Record<string, never>);
  key ??= keyOfNest();
  if (key) Object.defineProperty(request, key, { value: id });
  return id;
}

/** Nest 11 does not export the key, but it looks for it first. */
function keyOfNest(): symbol | undefined {
  let found: symbol | undefined;
  const get = (_target: object, name: string | symbol): unknown => {
    if (typeof name === 'symbol') found ??= name;
    return {};
  };
  ContextIdFactory.getByRequest(new Proxy({}, { get }));
  return found;
}
