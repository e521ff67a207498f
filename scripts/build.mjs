// Builds `dist/`: the same modules as ESM and as CommonJS (one file each, so that both subpaths share their state),
// and type declarations for both. Options: `--js-only`, `--quiet`.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { stampBuild } from './readiness.mjs';
import { root } from './run.mjs';

const lib = join(root, 'lib');
const dist = join(root, 'dist');
/** Built aside and swapped in, so that a program running from `dist` never sees half of it. */
const fresh = join(root, `dist.${process.pid}`);

const isJsOnly = process.argv.includes('--js-only');
const isQuiet = process.argv.includes('--quiet');

/** ESM spells the file's own address `import.meta.url`; in CommonJS it is derived from `__filename`. */
const importMetaForCommonJs = {
  define: { 'import.meta.url': '__importMetaUrl' },
  banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};

const isShipped = (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.includes('testing-fixtures');

async function sources() {
  const files = await readdir(lib, { recursive: true });
  return files.filter(isShipped).map((file) => join(lib, file));
}

async function emit(format, entryPoints, extra = {}) {
  const outdir = join(fresh, format);
  await build({
    entryPoints,
    outdir,
    outbase: lib,
    format,
    platform: 'node',
    target: 'node20',
    bundle: false,
    sourcemap: false,
    logLevel: 'warning',
    tsconfig: join(root, 'tsconfig.json'),
    ...extra,
  });
  const type = format === 'esm' ? 'module' : 'commonjs';
  await writeFile(join(outdir, 'package.json'), `${JSON.stringify({ type, sideEffects: false }, null, 2)}\n`);
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
  const entryPoints = await sources();
  await mkdir(fresh, { recursive: true });
  await Promise.all([emit('esm', entryPoints), emit('cjs', entryPoints, importMetaForCommonJs)]);
  if (!isJsOnly) await emitDeclarations();
  await stampBuild(fresh, isJsOnly ? 'js' : 'full', startedMs);
  swapIn();
  if (!isQuiet) console.log(`built ${entryPoints.length} modules into dist`);
} catch (error) {
  // The compilers have printed their findings; what else failed is told here.
  if (error.status === undefined && error.errors === undefined) console.error(error);
  process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}
