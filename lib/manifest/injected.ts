import type { ModulesContainer } from '@nestjs/core';

/** Metadata keys under which Nest stores what classes inject. */
const KEYS = ['design:paramtypes', 'self:paramtypes', 'self:properties_metadata'];

/**
 * The names of all classes that controllers and providers inject, by constructor or property. Names are compared,
 * because the classes may come from another copy of this package.
 *
 * @param own modules of this package, whose classes inject each other
 */
export function injectedClassNames(modules: ModulesContainer, own: ReadonlySet<unknown>): ReadonlySet<string> {
  const others = [...modules.values()].filter(({ metatype }) => !own.has(metatype));
  const hosts = others.flatMap(({ providers, controllers }) => [...providers.values(), ...controllers.values()]);
  const classes = hosts.flatMap(({ metatype, isAlias }) =>
    typeof metatype === 'function' && !isAlias ? [metatype] : [],
  );
  const tokens = classes.flatMap((each) => KEYS.flatMap((key) => tokensOf(Reflect.getMetadata(key, each))));
  return new Set(tokens.flatMap((token) => (typeof token === 'function' ? [token.name] : [])));
}

function tokensOf(metadata: unknown): unknown[] {
  if (!Array.isArray(metadata)) return [];
  return metadata.map((each: unknown) => {
    const { param, type } = Object(each) as { param?: unknown; type?: unknown };
    return param ?? type ?? each;
  });
}
