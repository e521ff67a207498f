// Builds `dist/`: the same modules as ESM and as CommonJS (one file each, so that both subpaths share their state),
// and type declarations for both.
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lib = join(root, 'lib');
const dist = join(root, 'dist');

/** ESM spells the file's own address `import.meta.url`; in CommonJS it is derived from `__filename`. */
const importMetaForCommonJs = {
  define: { 'import.meta.url': '__importMetaUrl' },
  banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};

async function sources() {
  const files = await readdir(lib, { recursive: true });
  return files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts')).map((file) => join(lib, file));
}

async function emit(format, entryPoints, extra = {}) {
  const outdir = join(dist, format);
  await build({
    entryPoints,
    outdir,
    outbase: lib,
    format: format === 'esm' ? 'esm' : 'cjs',
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
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  await cp(join(dist, 'esm'), join(dist, 'cjs'), {
    recursive: true,
    filter: (source) => !/\.(js|json)$/.test(source),
  });
}

const entryPoints = await sources();
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([emit('esm', entryPoints), emit('cjs', entryPoints, importMetaForCommonJs)]);
if (!process.argv.includes('--js-only')) await emitDeclarations();
console.log(`built ${entryPoints.length} modules into ${relative(process.cwd(), dist) || 'dist'}`);
