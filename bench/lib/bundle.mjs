// Bundles as applications are bundled for Lambda: minified, for Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/run.mjs';
import { dist } from './own-build.mjs';

/** Nest looks for these packages and works without them. */
const OPTIONAL = [
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'class-transformer',
  'class-transformer/*',
  'class-validator',
];
/** CommonJS packages inside an ESM bundle call `require` for Node's modules. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

let directory;

/**
 * @param source of the entry, or the path of one
 * @returns where the bundle is, and the bytes that are loaded with it (dynamic imports are separate chunks)
 */
export async function bundle(name, source, { external = [], format = 'esm', banner = REQUIRE } = {}) {
  directory ??= await mkdtemp(join(tmpdir(), 'durable-bench-'));
  const { metafile } = await build({
    stdin: { contents: source, resolveDir: root, sourcefile: `${name}.js` },
    outdir: join(directory, name),
    entryNames: 'index',
    outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
    bundle: true,
    minify: true,
    splitting: format === 'esm',
    platform: 'node',
    target: 'node20',
    format,
    ...(format === 'esm' && { banner: { js: banner } }),
    external: [...OPTIONAL, ...external],
    alias: { 'nestjs-durable-execution': join(dist, 'esm/index.js') },
    // Bundles what is published, not the sources that the checkout's own configuration points to.
    tsconfigRaw: {},
    metafile: true,
    absWorkingDir: root,
    logLevel: 'error',
  });
  return {
    path: join(directory, name, format === 'esm' ? 'index.mjs' : 'index.cjs'),
    bytes: bytesAtLoad(metafile.outputs),
  };
}

export async function removeBundles() {
  if (directory) await rm(directory, { recursive: true, force: true });
}

function bytesAtLoad(outputs) {
  const entry = Object.keys(outputs).find((file) => /[\\/]index\.[cm]js$/.test(file));
  return [...loadedWith(outputs, entry)].reduce((sum, file) => sum + outputs[file].bytes, 0);
}

/** A file of a bundler's output and what it imports at once; dynamic imports are loaded later. */
function loadedWith(outputs, entry) {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { path, kind } of outputs[file].imports) {
      if (kind === 'import-statement' && outputs[path]) loaded.add(path);
    }
  }
  return loaded;
}
