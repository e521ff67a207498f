// Lays applications out in the directories of their consumers and compiles or bundles them, as their developers would.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { root } from '../../scripts/run.mjs';
import { bareDirectory } from './cache.mjs';
import { run } from './run.mjs';

export const sources = join(root, 'test/compat');

const compilerOptions = {
  target: 'es2022',
  lib: ['es2023'],
  esModuleInterop: true,
  types: ['node'],
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  isolatedModules: true,
  skipLibCheck: false,
  rootDir: 'src',
};
const nodeResolution = { module: 'nodenext', outDir: 'out' };
const bundlerResolution = { module: 'esnext', moduleResolution: 'bundler', noEmit: true };

/** For applications whose other packages have declarations that do not all compile. */
export const lenient = { skipLibCheck: true };

/** What older tsconfigs say, which cannot read `exports`. */
const OLD_RESOLUTION = ['--module', 'commonjs', '--moduleResolution', 'node10', '--noEmit'];

/** Nest looks for these and does without them. */
const optionalOfNest = ['@nestjs/microservices', '@nestjs/websockets', 'class-transformer', 'class-validator'];

const json = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

/**
 * Lays out an application.
 * @param options.name of the directory; by default it tells the rest
 * @param options.app folder of the application's sources
 * @param options.type module system of its package
 * @param options.checks what the compiler need not check
 * @param options.otherCopy how it comes by a second copy of the package
 * @returns its directory
 */
export function layOut(consumer, options) {
  const { app, type, otherCopy, name = `${type}-${otherCopy}`, resolution = nodeResolution, checks = {} } = options;
  const directory = join(consumer, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const folder of [app, 'any']) cpSync(join(sources, folder), join(directory, 'src'), { recursive: true });
  cpSync(join(sources, 'other-copy', `${otherCopy}.ts`), join(directory, 'src/other-copy.ts'));
  json(join(directory, 'package.json'), { private: true, type });
  json(join(directory, 'tsconfig.json'), {
    compilerOptions: { ...compilerOptions, ...checks, ...resolution },
    include: ['src'],
  });
  return directory;
}

const compilations = new Map();

/**
 * Compiles against the package's type declarations, and checks these themselves.
 * @returns the directory of what was compiled
 */
export function compile(consumer, options) {
  const key = JSON.stringify([consumer, options]);
  if (!compilations.has(key)) compilations.set(key, compileAnew(consumer, options));
  return compilations.get(key);
}

async function compileAnew(consumer, options) {
  const directory = layOut(consumer, options);
  const compiler = [join(consumer, 'node_modules/typescript/bin/tsc'), '-p', directory];
  await run(process.execPath, compiler);
  if (options.type === 'commonjs' && options.checks !== lenient)
    await run(process.execPath, [...compiler, ...OLD_RESOLUTION]);
  return join(directory, 'out');
}

/**
 * Bundles an application, minified: class names are mangled, and esbuild emits no decorator metadata.
 * @returns the bundle's path, where no package is found
 */
export async function bundle(consumer, { app, format }) {
  const options = { app, type: 'module', otherCopy: 'bundle', resolution: bundlerResolution };
  const directory = join(await compile(consumer, options), '..');
  const { build } = createRequire(join(consumer, 'package.json'))('esbuild');
  const outfile = join(bareDirectory(`${basename(consumer)}-${format}`), format === 'esm' ? 'main.mjs' : 'main.cjs');
  // ES modules have no `require`, which CommonJS packages in the bundle call. The name is too long for a minifier's choice.
  const js =
    "import { createRequire as bannerCreateRequire } from 'node:module';const require = bannerCreateRequire(import.meta.url);";
  await build({
    entryPoints: [join(directory, 'src/main.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format,
    external: optionalOfNest,
    logLevel: 'error',
    ...(format === 'esm' && { banner: { js } }),
  });
  if (readdirSync(join(outfile, '..')).length !== 1) throw new Error('A bundle is one file.');
  return outfile;
}
