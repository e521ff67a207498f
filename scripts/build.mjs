// Builds `dist/`, as ESM and as CommonJS, with type declarations for both. Options: `--js-only`, `--quiet`.
// What runs in production is joined into a few files (a cold start pays for every file it opens), which the subpaths share
// so that they share their state too. The local service stays one file a module: its workers start from files of their own.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import { build } from 'esbuild';
import { joinChunks, joinImports } from './join-output.mjs';
import { stampBuild } from './readiness.mjs';
import { root } from './run.mjs';

const lib = join(root, 'lib');
const dist = join(root, 'dist');
/** Built aside and swapped in, so that a program running from `dist` never sees half of it. */
const fresh = join(root, `dist.${process.pid}`);

const isJsOnly = process.argv.includes('--js-only');
const isQuiet = process.argv.includes('--quiet');

const PRODUCTION_ENTRIES = ['lib/index.ts', 'lib/engine/index.ts'];
/** Loaded by the others only when it is needed, so that none of it is joined with what they load at once. */
const LATE_ENTRIES = ['lib/rules/index.ts'];

const shared = {
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  tsconfig: join(root, 'tsconfig.json'),
  absWorkingDir: root,
};

const esm = { ...shared, format: 'esm', outdir: join(fresh, 'esm') };

/** ESM spells the file's own address `import.meta.url`; in CommonJS it is derived from `__filename`. */
const ownAddress = "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href";

/** Says what to do where Nest cannot be required, before anything else requires it. */
const nestFirst = "require('./require-nest.js')";

/**
 * Jest, where it runs CommonJS, has no `import()`, so lazy loading becomes lazy `require()`: in the same statement, where
 * bundlers see the `try` around packages that are optional. What is named only at run time may be an ES module, and stays
 * imported.
 */
const asModule = "const __asModule = (m) => ('default' in m ? m : Object.create(m, { default: { value: m } }))";
const importsRequired = {
  name: 'imports-required',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replaceAll(/\bimport\((".+?")\)/g, 'Promise.resolve(__asModule(require($1)))');
      return { contents, loader: 'js' };
    }),
};

/** @param firstLines follow the directive, which has to stay first */
const commonJs = (...firstLines) => ({
  ...shared,
  format: 'cjs',
  banner: { js: ["'use strict'", ...firstLines, ''].join(';') },
  outdir: join(fresh, 'cjs'),
});

/** CommonJS on purpose, and a file of its own beside the shared ones, whose module system is not its own. */
const COMMONJS_FILE = 'client/require-lambda-sdk.cjs';
const commonJsFileAside = {
  name: 'commonjs-file-aside',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/require-lambda-sdk\.cjs$/ }, ({ path }) => ({ path, external: true })),
};

const isShipped = (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.includes('testing-fixtures');

/** The local service, and the words of the wire and the version that it imports. */
async function localSources() {
  const files = await readdir(lib, { recursive: true });
  return files
    .filter((file) => /^(local|wire)[\\/]|^package-version\.ts$/.test(file) && isShipped(file))
    .map((file) => join(lib, file));
}

/** @returns the files written, relative to `dist/esm` */
async function emitProduction() {
  const { outdir } = esm;
  const external = { packages: 'external', plugins: [commonJsFileAside] };
  const { metafile } = await build({
    ...esm,
    ...external,
    bundle: true,
    splitting: true,
    chunkNames: 'shared/[hash]',
    entryPoints: [...PRODUCTION_ENTRIES, ...LATE_ENTRIES],
    outbase: lib,
    metafile: true,
  });
  const written = await joinChunks(metafile, PRODUCTION_ENTRIES, { ...shared, ...external, format: 'esm' });
  await Promise.all(written.map(joinImports));
  const entry = join(outdir, 'index.js');
  const others = written.filter((file) => file !== entry);
  const plugins = [importsRequired];
  await build({ ...commonJs(nestFirst, asModule), entryPoints: [entry], plugins });
  await build({ ...commonJs(asModule), entryPoints: others, outbase: outdir, plugins });
  await build({ ...commonJs(), entryPoints: [join(lib, 'nest/require-nest.ts')] });
  for (const format of ['esm', 'cjs']) {
    await cp(join(lib, COMMONJS_FILE), join(fresh, format, 'shared', basename(COMMONJS_FILE)));
  }
  return written;
}

/** Shares nothing with the others but types, so it is a file of its own. */
async function emitOtel(settings) {
  const entryPoints = [join(lib, 'otel/index.ts')];
  await build({ ...settings, entryPoints, outbase: lib, bundle: true, packages: 'external' });
  return entryPoints;
}

/** Where the classes and the state of a running application are: a copy of them would be other ones. */
const SHARED_MODULES = {
  'nest/durable-execution.module.ts': '../index.js',
  'nest/lambda/create-lambda-handler.ts': '../index.js',
  'nest/discovery/durable.registry.ts': '../index.js',
  'client/control-client.ts': '../index.js',
};

/** The testing kit is one file beside the other entries, whose own modules it imports from them. */
const besideTheOthers = {
  name: 'beside-the-others',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = relative(lib, join(resolveDir, path)).replaceAll('\\', '/').replace(/\.js$/, '.ts');
      if (/^(local|wire)\//.test(file)) return { path: `../${file.replace(/\.ts$/, '.js')}`, external: true };
      return SHARED_MODULES[file] && { path: SHARED_MODULES[file], external: true };
    }),
};

async function emitTesting(settings) {
  const entryPoints = [join(lib, 'testing/index.ts')];
  const plugins = [besideTheOthers, commonJsFileAside];
  await build({ ...settings, entryPoints, outbase: lib, bundle: true, packages: 'external', plugins });
  return entryPoints;
}

/** What it shares with the application it reads goes by marks and names that all copies have in common. */
async function emitManifest(settings) {
  const entryPoints = [join(lib, 'manifest/index.ts')];
  await build({ ...settings, entryPoints, outbase: lib, bundle: true, packages: 'external' });
  return entryPoints;
}

async function emitLocal(settings) {
  const entryPoints = await localSources();
  await build({ ...settings, entryPoints, outbase: lib });
  return entryPoints;
}

async function declareModuleSystem(format, type) {
  const manifest = { type, sideEffects: false };
  await writeFile(join(fresh, format, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function emitDeclarations() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const project = ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(fresh, 'esm')];
  execFileSync(process.execPath, [tsc, ...project], { stdio: 'inherit' });
  await cp(join(fresh, 'esm'), join(fresh, 'cjs'), {
    recursive: true,
    filter: (source) => !/\.(js|json)$/.test(source),
  });
}

/**
 * Nothing may come between the two renames: whatever loads a module there would not find it. Two builds may end at the
 * same moment (test runs side by side); the later one wins.
 */
function swapIn(attempt = 1) {
  const old = join(root, `dist.${process.pid}.${attempt}.old`);
  try {
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
  } catch (error) {
    if (attempt === 5) throw error;
    swapIn(attempt + 1);
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

const startedMs = Date.now();
try {
  await mkdir(fresh, { recursive: true });
  const written = await Promise.all([
    emitProduction(),
    emitOtel(esm),
    emitOtel(commonJs()),
    emitTesting(esm),
    emitTesting(commonJs()),
    emitManifest(esm),
    emitManifest(commonJs()),
    emitLocal(esm),
    emitLocal({ ...commonJs(ownAddress), define: { 'import.meta.url': '__importMetaUrl' } }),
  ]);
  await declareModuleSystem('esm', 'module');
  await declareModuleSystem('cjs', 'commonjs');
  if (!isJsOnly) await emitDeclarations();
  await stampBuild(fresh, isJsOnly ? 'js' : 'full', startedMs);
  swapIn();
  if (!isQuiet) console.log(`built ${written.flat().length} files into dist`);
} catch (error) {
  // The compilers have printed their findings; what else failed is told here.
  if (error.status === undefined && error.errors === undefined) console.error(error);
  process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}
