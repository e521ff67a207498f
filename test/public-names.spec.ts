import { readFileSync } from 'node:fs';
import { PublicDeclarations } from './public-declarations.js';

const reviewedNames: Record<string, string[]> = JSON.parse(
  readFileSync(new URL('./public-names.json', import.meta.url), 'utf8'),
);

/** What a user has installed anyway: peers of the package and its own dependencies. */
const allowedPackages: Record<string, string[]> = {
  '.': ['@nestjs/common', '@nestjs/core', 'rxjs', '@aws-sdk/client-lambda'],
  './engine': [],
  // What runs only on a developer's machine may speak of Node's own types.
  './local': ['node:child_process', 'node:http'],
  './rules': [],
  './otel': ['@opentelemetry/api'],
  './manifest': [],
  './testing': ['@nestjs/common', '@nestjs/core', '@nestjs/testing', 'rxjs', 'node:child_process', 'node:http'],
};

/**
 * A serdes that takes every value can be stated in no other way: `Serdes` is invariant. And handlers that state no types
 * take any event, as under the official SDK.
 */
const deliberateAnys = ['Serdes<any>', 'TEvent = any', 'TResult = any'];

/** The root entry's has the members of the engine's, and Nest injects it. */
const extendedByNest = ['DurableContext'];

/** Names by which users of the official SDK, or of our first release, know a thing that has another name here. */
const deliberateAliases = [
  ['CheckpointErrorCategory', 'DurableApiErrorCategory', 'DurableExecutionClientErrorScope'],
  ['OperationEndInfo', 'OperationInfo'],
  ['OperationStatus', 'PluginOperationStatus'],
  ['StepDetails', 'WireStepDetails'],
  ['WaitDetails', 'WireWaitDetails'],
];

const declarations = new PublicDeclarations();

function differences(subpath: string): string[] {
  const exported = declarations.exportedNames(subpath);
  const reviewed = reviewedNames[subpath] ?? [];
  return [
    ...exported.filter((name) => !reviewed.includes(name)).map((name) => `added: ${name}`),
    ...reviewed.filter((name) => !exported.includes(name)).map((name) => `removed: ${name}`),
  ];
}

describe('the public surface', () => {
  it.each(declarations.subpaths)('exports from %s the reviewed names and no other', (subpath) => {
    const found = differences(subpath);
    if (found.length === 0) return;
    throw new Error(
      `${subpath} no longer exports what test/public-names.json lists.\n  ${found.join('\n  ')}\n` +
        'If that is meant, change the list by hand and tell users in CHANGELOG.md (Added, Changed, Replay-affecting).',
    );
  });

  it('lists names of existing subpaths only, each once and in order', () => {
    expect(Object.keys(reviewedNames)).toEqual(declarations.subpaths);
    for (const names of Object.values(reviewedNames)) expect(names).toEqual([...new Set(names)].sort());
  });

  it('has no name for two things, whichever subpath is imported', () => {
    const placesOf = new Map<string, string[]>();
    for (const [place, names] of declarations.namesByDeclaration())
      for (const name of names) placesOf.set(name, [...(placesOf.get(name) ?? []), place]);
    expect([...placesOf].filter(([name, places]) => places.length > 1 && !extendedByNest.includes(name))).toEqual([]);
  });

  it('has no thing with several names, but for those that users bring along', () => {
    const several = [...declarations.namesByDeclaration().values()].filter((names) => names.size > 1);
    expect(several.map((names) => [...names].sort()).sort()).toEqual(deliberateAliases);
  });

  it.each(declarations.subpaths)('lets no `any` into the types of %s', (subpath) => {
    const places = declarations.anysIn(subpath);
    expect(places.filter((place) => !deliberateAnys.some((any) => place.endsWith(` ${any}`)))).toEqual([]);
  });

  it.each(declarations.subpaths)('needs no further package for the types of %s', (subpath) => {
    const unexpected = declarations
      .packagesNeededBy(subpath)
      .filter((name) => !allowedPackages[subpath]?.includes(name));
    expect(unexpected).toEqual([]);
  });
});
