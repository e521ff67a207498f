import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const ours = join(root, 'lib', 'engine', 'index.ts');
const officialPackage = '@aws/durable-execution-sdk-js';
const official = join(root, 'node_modules', officialPackage, 'dist-types', 'index.d.ts');

const handlers = readdirSync(join(here, 'handlers')).map((file) => join(here, 'handlers', file));
const comparisons = ['assignable.ts', 'inference.ts', 'local-runner.ts'].map((file) => join(here, file));

/** Compiles as the project does; `paths` may lead an import somewhere else. */
function compile(files: string[], paths: Record<string, string[]> = {}): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return ts.createProgram(files, { ...options, paths: { ...options.paths, ...paths } });
}

function complaintsOf(program: ts.Program, files: string[]): string[] {
  const diagnostics = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return diagnostics.map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

function exportsOf(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.Node);
  return checker.getExportsOfModule(symbol!).map(({ name }) => name);
}

/** The names in the first column of the table below a heading. */
function namesUnder(heading: string): string[] {
  const text = readFileSync(join(root, 'docs', 'compatibility.md'), 'utf8');
  const [, section] = text.split(`## ${heading}\n`);
  return [...section!.split('\n## ')[0]!.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!);
}

describe('The types of the engine', () => {
  it('compile handlers of the official SDK when only the import is changed', () => {
    const program = compile(handlers, { [officialPackage]: [ours] });

    expect(program.getSourceFiles().some(({ fileName }) => fileName.includes(`/${officialPackage}/`))).toBe(false);
    expect(complaintsOf(program, handlers)).toEqual([]);
  });

  describe('beside the official ones', () => {
    let both: ts.Program;

    beforeAll(() => {
      both = compile([...handlers, ...comparisons, official, ours]);
    });

    it('accept what those accept, return what those return, and infer no less', () => {
      expect(complaintsOf(both, [...handlers, ...comparisons])).toEqual([]);
    });

    it('all stand in docs/compatibility.md', () => {
      const page = readFileSync(join(root, 'docs', 'compatibility.md'), 'utf8');
      const untold = exportsOf(both, official).filter((name) => !page.includes(`\`${name}\``));

      expect(untold).toEqual([]);
    });

    it('have the same names, but for those that docs/compatibility.md gives a reason for', () => {
      const exported = exportsOf(both, ours);
      const missing = exportsOf(both, official).filter((name) => !exported.includes(name));

      expect(missing.toSorted()).toEqual(namesUnder('Names that are not exported').toSorted());
    });
  });
});
