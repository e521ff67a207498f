// Builds `dist/`, as ESM and as CommonJS, with type declarations for both. Options: `--js-only`, `--quiet`.
// How the JavaScript is bundled stands in `rolldown.config.mjs`.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { build } from 'rolldown';
import { COMMONJS_FILE, configsFor } from '../rolldown.config.mjs';
import { stampBuild } from './readiness.mjs';
import { root } from './run.mjs';

const dist = join(root, 'dist');
/** Built aside and swapped in, so that a program running from `dist` never sees half of it. */
const fresh = join(root, `dist.${process.pid}`);

const isJsOnly = process.argv.includes('--js-only');
const isQuiet = process.argv.includes('--quiet');

/** @returns how many files were written */
async function emitJavaScript() {
  const outputs = await build(configsFor(fresh).map((config) => ({ ...config, logLevel: 'warn' })));
  for (const format of ['esm', 'cjs']) {
    await cp(join(root, 'lib', COMMONJS_FILE), join(fresh, format, 'shared', basename(COMMONJS_FILE)));
  }
  return outputs.flatMap(({ output }) => output).length;
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
  const count = await emitJavaScript();
  await declareModuleSystem('esm', 'module');
  await declareModuleSystem('cjs', 'commonjs');
  if (!isJsOnly) await emitDeclarations();
  await stampBuild(fresh, isJsOnly ? 'js' : 'full', startedMs);
  swapIn();
  if (!isQuiet) console.log(`built ${count} files into dist`);
} catch (error) {
  // The compilers have printed their findings; other failures are printed here.
  if (error.status === undefined && error.errors === undefined) console.error(error);
  process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}
