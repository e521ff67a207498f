import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const DIST = join(process.cwd(), 'dist/esm');
const STATIC_IMPORT = /^(?:import|export) (?:[^"']* from )?"(\.{1,2}\/[^"]+)";$/gm;

/** A file and its static imports, without what it loads when it is needed. */
function loadedWith(entry: string): string[] {
  const files = new Set([join(DIST, entry)]);
  for (const file of files) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)) files.add(join(dirname(file), path!));
  }
  return [...files].map((file) => relative(DIST, file));
}

const holds = (file: string, text: string) => readFileSync(join(DIST, file), 'utf8').includes(text);

/** A cold start pays for every file that is opened and every line that is compiled. */
describe('What is loaded at once', () => {
  it('is three files with the Nest entry, and in none of them is the engine that runs invocations', () => {
    const files = loadedWith('index.js');
    expect([...files].sort()).toEqual(['index.js', 'shared/common.js', 'shared/nest.js']);
    expect(files.filter((file) => holds(file, 'function runInvocation('))).toEqual([]);
  });

  it.each([
    ['executions', ['Admission = class', 'Watched = class', 'HandlerProgress = class', 'refusedAfterAdmission =']],
    ['failed invokes', ['SubnetIPAddressLimitReachedException']],
    ['failed calls of the durable API', ['Invalid checkpoint token']],
    ['calls of the control client', ['ControlCalls = class', 'new sdk.InvokeCommand(']],
  ])('has nothing with the Nest entry that only %s need', (_what, texts) => {
    const later = readdirSync(join(DIST, 'shared')).filter((file) => file.endsWith('.js'));
    const atOnce = loadedWith('index.js');
    for (const text of texts) {
      expect(later.filter((file) => holds(`shared/${file}`, text))).toHaveLength(1);
      expect(atOnce.filter((file) => holds(file, text))).toEqual([]);
    }
  });

  it('is four files with the entry of the engine, which share theirs with the Nest entry', () => {
    const files = loadedWith('engine/index.js');
    expect(files).toHaveLength(4);
    expect(files).toContain('shared/common.js');
    expect(files.filter((file) => holds(file, 'function runInvocation('))).toHaveLength(1);
  });

  it('is all that imports Nest: a bundler that splits would run what it shares with later files before `reflect-metadata`', () => {
    const later = readdirSync(join(DIST, 'shared')).filter((file) => file.endsWith('.js'));
    expect(
      later.filter((file) => /from "(?:@nestjs\/|rxjs)/.test(readFileSync(join(DIST, 'shared', file), 'utf8'))),
    ).toEqual([]);
  });

  it('is the whole engine only with what runs executions: another later file would make a bundle read the engine twice', () => {
    const later = readdirSync(join(DIST, 'shared')).filter((file) => file.endsWith('.js'));
    const loading = later.filter((file) => loadedWith(`shared/${file}`).includes('shared/engine.js'));
    expect(loading.sort()).toEqual(['engine.js', 'run-execution.js']);
  });

  it.each(['index.js', 'engine/index.js'])(
    'imports no module of Node in %s, for an import runs every getter of it: `node:http` takes 25 ms so',
    (entry) => {
      expect(loadedWith(entry).filter((file) => holds(file, 'from "node:'))).toEqual([]);
    },
  );

  it.each(['index.js', 'engine/index.js'])(
    'names each package once in %s, for bundlers copy its exports for each time',
    (entry) => {
      for (const file of loadedWith(entry)) {
        const text = readFileSync(join(DIST, file), 'utf8');
        const packages = [...text.matchAll(/^import \{[^}]+\} from "([^."][^"]*)";$/gm)].map(([, name]) => name);
        expect(packages).toEqual([...new Set(packages)]);
      }
    },
  );
});
