import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const SOURCES = join(import.meta.dirname, '../lib');

/** What each source file imports of the others, types included. */
function importsByFile(): Map<string, string[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => join(SOURCES, name));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
      const paths = importedFiles
        .filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => resolve(dirname(file), fileName.replace(/\.js$/, '.ts')));
      return [file, paths.filter((path) => existsSync(path))];
    }),
  );
}

/** A circle of imports, as the paths on it; `undefined` where there is none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle) return circle.map((path) => relative(SOURCES, path));
  }
  return undefined;
}

describe('the imports of the sources', () => {
  it('form no circle, not even by types', () => {
    expect(circleIn(importsByFile())).toBeUndefined();
  });

  it('are looked through for circles', () => {
    const circle = circleIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    );
    expect(circle).toHaveLength(3);
  });
});
