import type { ModulesContainer } from '@nestjs/core';

/** Metadata keys under which Nest stores what classes inject. */
const KEYS = ['design:paramtypes', 'self:paramtypes', 'self:properties_metadata'];

/**
 * The names of all classes that an application injects: into classes, by constructor or property, also into guards and
 * other enhancers of routes, and into factories and aliases. Names are compared, because the classes may come from
 * another copy of this package.
 *
 * @param isOwn - whether a module or a class is of this package, whose classes inject each other
 */
export function injectedClassNames(modules: ModulesContainer, isOwn: (type: unknown) => boolean): ReadonlySet<string> {
  const others = [...modules.values()].filter(({ metatype }) => !isOwn(metatype));
  const hosts = others.flatMap(({ providers, injectables, controllers }) =>
    [providers, injectables, controllers].flatMap((wrappers) => [...wrappers.values()]),
  );
  const tokens = hosts
    .filter(({ metatype }) => !isOwn(metatype))
    .flatMap(({ metatype, inject }) => [...tokensOf(inject), ...tokensOfClass(metatype)]);
  return new Set(tokens.flatMap((token) => (typeof token === 'function' ? [token.name] : [])));
}

function tokensOfClass(metatype: unknown): unknown[] {
  return typeof metatype === 'function' ? KEYS.flatMap((key) => tokensOf(Reflect.getMetadata(key, metatype))) : [];
}

function tokensOf(injected: unknown): unknown[] {
  return Array.isArray(injected) ? injected.map(tokenOf) : [];
}

/** A token by itself, in the metadata of a parameter or a property, as an optional one, or behind `forwardRef()`. */
function tokenOf(injected: unknown): unknown {
  // A class may have static members of these names.
  if (typeof injected !== 'object' || injected === null) return injected;
  const { param, type, token, forwardRef } = injected as Record<string, unknown>;
  if (typeof forwardRef === 'function') return (forwardRef as () => unknown)();
  const inner = param ?? type ?? token;
  return inner === undefined ? injected : tokenOf(inner);
}
