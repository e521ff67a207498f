import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorsOf } from './anchors.js';

const root = process.cwd();

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mts|cts|mjs|md)$/.test(file) && !file.includes('node_modules'))
    .map((file) => join(folder, file));
}

/** `docs/protocol.md#a, #b` and, within docs, `protocol.md#a`: the page's sections that a file names. */
function citedIn(text: string): string[] {
  const places = text.matchAll(/protocol\.md((?:, )?#[a-z0-9-]+(?:, #[a-z0-9-]+)*)/g);
  return [...places].flatMap(([, anchors]) => anchors!.split(', ').map((anchor) => anchor.slice(1)));
}

const page = readFileSync(join(root, 'docs/protocol.md'), 'utf8');
const anchors = anchorsOf(page);
const files = ['README.md', 'CONTRIBUTING.md', ...['lib', 'test', 'scripts', 'docs'].flatMap(filesBelow)].filter(
  (file) => !file.endsWith('docs/protocol.spec.ts'),
);

describe('docs/protocol.md', () => {
  it('has every section that sources and documents name', () => {
    const cited = files.flatMap((file) =>
      citedIn(readFileSync(join(root, file), 'utf8')).map((anchor) => ({ file, anchor })),
    );
    expect(cited.length).toBeGreaterThan(30);
    expect(cited.filter(({ anchor }) => !anchors.has(anchor))).toEqual([]);
  });

  it('is the only book that sources name: sections of a document that is in no repository are cited nowhere', () => {
    const strangers = files.filter((file) =>
      /PROTOCOL[ ,]+(§|app)|(?<!RFC \d+ )§\d/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(strangers).toEqual([]);
  });

  it('links to sections of its own that exist', () => {
    const links = [...page.matchAll(/\]\(#([a-z0-9-]+)\)/g)].map(([, anchor]) => anchor!);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });
});
