import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SHARED_OPTIONS } from '../../lib/local/cli/command.js';
import { COMMANDS } from '../../lib/local/cli/commands.js';

const root = process.cwd();
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'sample', 'bench', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
      .map((file) => join(folder, file)),
  ),
];

/** Every place at which a page prints something of this form, up to the end of the code. */
function printed(pattern: RegExp): Array<{ page: string; line: string }> {
  return pages.flatMap((page) => [...read(page).matchAll(pattern)].map(([line]) => ({ page, line })));
}

/** The words of a command line, as a shell splits them. */
function wordsOf(line: string): string[] {
  return [...line.replace(/\s#\s.*$/, '').matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) =>
    word.replace(/^['"]|['"]$/g, ''),
  );
}

async function problemOf(line: string): Promise<string | undefined> {
  const [, , name = '', ...args] = wordsOf(line);
  if (name.startsWith('--')) return undefined;
  const load = COMMANDS[name];
  if (!load) return `there is no command ${name}`;
  const { options, minPositionals, maxPositionals } = await load();
  try {
    const { positionals } = parseArgs({ args, options: { ...options, ...SHARED_OPTIONS }, allowPositionals: true });
    const isPhrase = args.length === 0;
    if (isPhrase || (positionals.length >= minPositionals && positionals.length <= maxPositionals)) return undefined;
    return `${positionals.length} arguments`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('Commands that pages print', () => {
  it('are commands of nestjs-durable, with options that it has', async () => {
    const lines = printed(/npx nestjs-durable [^`\n<|]+/g);
    expect(lines.length).toBeGreaterThan(10);
    const problems: unknown[] = [];
    for (const one of lines) {
      const problem = await problemOf(one.line);
      if (problem !== undefined) problems.push({ ...one, problem });
    }
    expect(problems).toEqual([]);
  });

  it('are scripts of this package', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    // `sample/deploy` and an application that `nest new` makes have scripts of their own.
    const others = new Set(['bundle', 'synth', 'test:e2e']);
    const lines = printed(/npm run [a-z][a-z:-]*/g);
    expect(lines.length).toBeGreaterThan(20);
    const names = lines.map(({ page, line }) => ({ page, name: line.replace('npm run ', '') }));
    expect(names.filter(({ name }) => !(name in scripts) && !others.has(name))).toEqual([]);
  });
});
