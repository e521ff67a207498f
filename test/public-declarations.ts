import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lib = join(root, 'lib');

/** The entry file of each subpath of the package: `./engine` → `lib/engine/index.ts`. */
const entries = new Map(
  Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => [subpath, join(lib, subpath, 'index.ts')]),
);

/** What the package tells a compiler, read from the sources without building them to disk. */
export class PublicDeclarations {
  readonly subpaths = [...entries.keys()];
  private readonly program: ts.Program;
  private readonly declarations = new Map<string, ts.SourceFile>();

  constructor() {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.build.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    this.program = ts.createProgram([...entries.values()], { ...options, outDir: undefined });
    const keep = (path: string, text: string) =>
      this.declarations.set(path, ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
    this.program.emit(undefined, keep, undefined, true);
  }

  /** Every name that a subpath exports, values and types alike, sorted. */
  exportedNames(subpath: string): string[] {
    return this.exportsOf(subpath)
      .map((symbol) => symbol.name)
      .sort();
  }

  /** What each exported name stands for, wherever it is exported: the names, by where the thing is declared. */
  namesByDeclaration(): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const subpath of this.subpaths) {
      for (const symbol of this.exportsOf(subpath)) {
        const place = this.declarationOf(symbol);
        found.set(place, (found.get(place) ?? new Set()).add(symbol.name));
      }
    }
    return found;
  }

  /** The packages that a user must have for a subpath's declarations to compile. */
  packagesNeededBy(subpath: string): string[] {
    const packages = this.reachableFrom(subpath)
      .flatMap((file) => [...moduleSpecifiers(file), ...file.typeReferenceDirectives.map(({ fileName }) => fileName)])
      .filter((specifier) => !specifier.startsWith('.'))
      .map((specifier) => (/^(?:@[^/]+\/)?[^/]+/.exec(specifier) as RegExpExecArray)[0]);
    return [...new Set(packages)].sort();
  }

  /** Every `any` that a subpath's declarations hold, as `file:line text`. */
  anysIn(subpath: string): string[] {
    return this.reachableFrom(subpath).flatMap((file) =>
      descendants(file)
        .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
        .map((node) => `${this.place(file, node)} ${node.parent.getText(file)}`),
    );
  }

  private exportsOf(subpath: string): ts.Symbol[] {
    const checker = this.program.getTypeChecker();
    const module = checker.getSymbolAtLocation(this.program.getSourceFile(entries.get(subpath) as string) as ts.Node);
    if (!module) throw new Error(`${entries.get(subpath)} exports nothing`);
    return checker.getExportsOfModule(module);
  }

  /** Follows re-exports, and `const one = another` and `type One = Another` to the other. */
  private declarationOf(symbol: ts.Symbol): string {
    const checker = this.program.getTypeChecker();
    const declared = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const declaration = declared.declarations?.[0];
    if (!declaration) throw new Error(`${symbol.name} is declared nowhere`);
    const meant = meantBy(declaration);
    const other = meant && checker.getSymbolAtLocation(meant);
    return other ? this.declarationOf(other) : this.place(declaration.getSourceFile(), declaration);
  }

  private place(file: ts.SourceFile, node: ts.Node): string {
    return `${relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
  }

  private reachableFrom(subpath: string): ts.SourceFile[] {
    const pending = [(entries.get(subpath) as string).replace(/\.ts$/, '.d.ts')];
    const seen = new Map<string, ts.SourceFile>();
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      const file = this.declarations.get(path);
      if (!file) throw new Error(`${path} was not emitted`);
      if (seen.has(path)) continue;
      seen.set(path, file);
      for (const specifier of moduleSpecifiers(file)) {
        if (specifier.startsWith('.')) pending.push(join(dirname(path), specifier.replace(/\.js$/, '.d.ts')));
      }
    }
    return [...seen.values()];
  }
}

/** The name that a declaration only gives another name. */
function meantBy(declaration: ts.Declaration): ts.Node | undefined {
  if (ts.isVariableDeclaration(declaration) && declaration.initializer && ts.isIdentifier(declaration.initializer))
    return declaration.initializer;
  const isSynonym =
    ts.isTypeAliasDeclaration(declaration) &&
    ts.isTypeReferenceNode(declaration.type) &&
    !declaration.typeParameters &&
    !declaration.type.typeArguments;
  return isSynonym ? declaration.type.typeName : undefined;
}

function moduleSpecifiers(file: ts.SourceFile): string[] {
  return descendants(file).flatMap((node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return textOf(node.argument.literal);
    return [];
  });
}

function textOf(node: ts.Node | undefined): string[] {
  return node && ts.isStringLiteral(node) ? [node.text] : [];
}

function descendants(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    found.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}
