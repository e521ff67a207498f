// How `lib/` becomes the JavaScript of `dist/`, as ESM and as CommonJS; `scripts/build.mjs` runs it and adds the types.
// What runs in production is joined into a few files (a cold start pays for every file it opens), which the subpaths share so
// that they share their state too. The local service stays one file a module: its workers start from files of their own.
import { readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const lib = join(root, 'lib');

/** A module's path below `lib/`, without its extension. */
const nameOf = (path) =>
  relative(lib, path)
    .replaceAll('\\', '/')
    .replace(/\.[jt]s$/, '');

/** Packages and Node's modules are found at run time; only the helpers of the compiler are taken in. */
const isExternal = (id) => /^[@\w]/.test(id) && !id.startsWith('@oxc-project/runtime');

/** The modules from which this one is loaded at once: entries, and what others load later with `import()`. */
function loadersOf(id, graph) {
  const modules = new Set([id]);
  for (const module of modules) for (const importer of graph.getModuleInfo(module).importers) modules.add(importer);
  const infos = [...modules].map((module) => graph.getModuleInfo(module));
  return infos.filter((info) => info.isEntry || info.dynamicImporters.length > 0).map((info) => nameOf(info.id));
}

/** What needs the whole engine. */
const ENGINE = ['engine/index', 'nest/lambda/run-execution'];

/**
 * One file for what both main entries load, and one for each of them for what it shares with files that are loaded later.
 * What an entry has to itself lies in its own file, and so does all that imports Nest: bundlers that split would run it
 * before `reflect-metadata` otherwise. What the engine shares with files that need only a part of it lies beside it, in
 * `core`: they must not load all of it, and bundlers that do not split wrap every file that a later one imports, which V8
 * reads twice.
 */
function chunkOf(id, graph) {
  const loaders = loadersOf(id, graph);
  const [isOfNest, isOfEngine] = ['index', 'engine/index'].map((entry) => loaders.includes(entry));
  if (isOfNest && isOfEngine) return 'common';
  if (loaders.length === 1) return null;
  if (isOfNest) return 'nest';
  if (!isOfEngine) return null;
  return loaders.every((loader) => ENGINE.includes(loader)) ? 'engine' : 'core';
}

/** Where the classes and the state of a running application are: a copy of them would be other ones. */
const SHARED_WITH_TESTS = [
  'nest/durable-execution.module',
  'nest/lambda/create-lambda-handler',
  'nest/discovery/durable.registry',
  'client/control-client',
];

/** CommonJS on purpose, so a file of its own: the module system of those beside it is not its own. */
export const COMMONJS_FILE = 'client/require-lambda-sdk.cjs';

/** Written by another configuration: `place` says where below `dist/esm` or `dist/cjs`, seen from a folder there. */
const elsewhere = (place) => ({
  name: 'elsewhere',
  resolveId(source, importer) {
    const id = importer && source.startsWith('.') && place(nameOf(resolve(dirname(importer), source)));
    return id ? { id, external: true } : undefined;
  },
});
const beside = (name) => (name === COMMONJS_FILE ? '../shared/require-lambda-sdk.cjs' : undefined);
const besideTests = (name) => {
  if (SHARED_WITH_TESTS.includes(name)) return '../index.js';
  return /^(?:local|wire)\//.test(name) ? `../${name}.js` : beside(name);
};
const besideCommands = (name) => (/^(?:manifest|testing)\//.test(name) ? `../../../${name}.js` : undefined);

/** The local service, and the words of the wire and the version that it imports. */
function localModules() {
  const isShipped = (file) => /^(?:local|wire)\b.*(?<!\.spec)\.ts$/.test(file) && !file.includes('testing-fixtures');
  return readdirSync(lib, { recursive: true })
    .filter(isShipped)
    .map((file) => nameOf(join(lib, file)));
}

/**
 * Jest, where it runs CommonJS, has no `import()`, so lazy loading becomes lazy `require()`: in the same statement, where
 * bundlers see the `try` around packages that are optional. What is named only at run time may be an ES module, and stays
 * imported.
 */
const asModule = "const __asModule = (m) => ('default' in m ? m : Object.create(m, { default: { value: m } }));";
const importsRequired = {
  name: 'imports-required',
  renderChunk: (code) => code.replaceAll(/\bimport\((".+?")\)/g, 'Promise.resolve(__asModule(require($1)))'),
};

/** Says what to do where Nest cannot be required, before anything else requires it. */
const nestFirst = "require('./require-nest.js');";
const firstLines = ({ facadeModuleId }) => (facadeModuleId === join(lib, 'index.ts') ? nestFirst : '') + asModule;

const formats = {
  esm: { format: 'esm' },
  cjs: { format: 'cjs', strict: true, intro: firstLines, plugins: [importsRequired] },
};

/** @param dist the folder to write into */
export function configsFor(dist) {
  const config = (folder, { entries, place = beside, ...output }) => ({
    input: Object.fromEntries(entries.map((name) => [name, join(lib, `${name}.ts`)])),
    cwd: root,
    platform: 'node',
    tsconfig: join(root, 'tsconfig.json'),
    transform: { target: 'node20' },
    external: isExternal,
    makeAbsoluteExternalsRelative: false,
    plugins: [elsewhere(place)],
    output: {
      ...formats[folder],
      dir: join(dist, folder),
      comments: { annotation: true, jsdoc: false },
      minifyInternalExports: false,
      ...output,
    },
  });
  const alone = { codeSplitting: false };
  const ofBoth = [
    {
      entries: ['index', 'engine/index', 'rules/index'],
      chunkFileNames: 'shared/[name].js',
      codeSplitting: { groups: [{ name: chunkOf, debugName: 'by what loads it' }] },
    },
    // These share nothing with the others but types, and marks that all copies have in common.
    { entries: ['otel/index'], ...alone },
    { entries: ['manifest/index'], ...alone },
    { entries: ['testing/index'], place: besideTests, ...alone },
    { entries: localModules(), place: besideCommands, preserveModules: true, preserveModulesRoot: lib },
  ];
  return [
    ...ofBoth.flatMap((options) => [config('esm', options), config('cjs', options)]),
    config('cjs', { entries: ['nest/require-nest'], entryFileNames: 'require-nest.js', intro: '' }),
  ];
}
