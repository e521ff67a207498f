import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorsOf } from './anchors.js';

const root = process.cwd();

const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md') || file === 'llms.txt'),
  ...['docs', 'sample', 'test', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
      .map((file) => join(folder, file)),
  ),
];

function linksOf(page: string): Array<{ page: string; link: string }> {
  const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => ({ page, link: link! }))
    .filter(({ link }) => !/^[a-z]+:/.test(link));
}

/** @returns whether the file that a link names is there, and the section in it */
function leadsSomewhere(page: string, link: string): boolean {
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor);
}

describe('Links between pages', () => {
  const links = pages.flatMap(linksOf);

  it('are there', () => {
    expect(links.length).toBeGreaterThan(50);
  });

  it('lead to files and sections that exist', () => {
    expect(links.filter(({ page, link }) => !leadsSomewhere(page, link))).toEqual([]);
  });

  it('so do the files that are named in passing', () => {
    // Decisions name files as they were; the benchmarks' page names files of its own folder.
    const ofToday = pages.filter((page) => !/^(docs\/adr|bench)\//.test(page));
    const named = ofToday.flatMap((page) =>
      [...readFileSync(join(root, page), 'utf8').matchAll(/`((?:lib|test|scripts|sample|docs)\/[\w./-]+)`/g)].map(
        ([, path]) => ({ page, path: path! }),
      ),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('are in the table of contents for every page and decision', () => {
    const contents = readFileSync(join(root, 'docs/README.md'), 'utf8');
    const chapters = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && file !== 'README.md')
      .map((file) => file.replaceAll('\\', '/'));
    expect(chapters.filter((file) => !contents.includes(`](${file})`))).toEqual([]);
  });
});
