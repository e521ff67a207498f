import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = process.cwd();
/** Inside the checkout, so that imports find its packages. */
const workshop = join(root, 'node_modules/.cache/snippets');

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** The TypeScript snippets of a page; each must compile by itself. */
function snippetsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
}

/** What snippets import from the reader's own application. */
const READERS_MODULES: Record<string, string> = {
  'app.module.ts': 'export class AppModule {}',
  'order-fulfilment.service.ts': 'export class OrderFulfilment {}',
};

const snippets = pages.flatMap((page) =>
  snippetsOf(page).map((code, index) => ({ name: `${page} #${index + 1}`, code })),
);

describe('Snippets in the documentation', () => {
  it('are there', () => {
    expect(snippets.length).toBeGreaterThan(5);
  });

  it('compile as they stand', () => {
    rmSync(workshop, { recursive: true, force: true });
    mkdirSync(workshop, { recursive: true });
    writeFileSync(join(workshop, 'package.json'), '{ "type": "module" }');
    for (const [file, code] of Object.entries(READERS_MODULES)) writeFileSync(join(workshop, file), code);
    const names = new Map(
      snippets.map(({ name, code }, index) => {
        const file = join(workshop, `snippet-${index}.ts`);
        writeFileSync(file, `${code}\nexport {};\n`);
        return [file, name];
      }),
    );
    expect(problemsOf(names)).toEqual([]);
  });
});

function problemsOf(names: Map<string, string>): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...(config as { compilerOptions: object }).compilerOptions, rootDir: undefined, noUnusedLocals: false },
    root,
  );
  const program = ts.createProgram([...names.keys()], options);
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file && names.has(file.fileName))
    .map((diagnostic) => {
      const { line } = diagnostic.file!.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
      const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
      return `${names.get(diagnostic.file!.fileName)}, line ${line + 1}: ${text}`;
    });
}
