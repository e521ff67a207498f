// Uses the package as its users will. publint and attw check the tarball that npm would publish, and every subpath of
// it is imported as ESM and required as CommonJS.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root, runNode, runNpm } from './run.mjs';

/** Below the checkout's node_modules, so that the package finds its dependencies and peers there. */
const consumer = join(root, 'node_modules/.cache/package-consumer');
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const installed = join(consumer, 'node_modules', manifest.name);
const specifiers = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => manifest.name + subpath.slice(1));

/** `prepack` builds what is missing. @returns the tarball, which is also unpacked */
async function pack() {
  await mkdir(installed, { recursive: true });
  const { status } = runNpm(['pack', '--pack-destination', consumer, '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('npm pack failed');
  const [tarball] = (await readdir(consumer)).filter((file) => file.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', join(consumer, tarball), '-C', installed, '--strip-components=1']);
  return join(consumer, tarball);
}

async function checkContents() {
  const files = await readdir(installed, { recursive: true });
  const strays = files.filter((path) => /\.(spec|test)\.|testing-fixtures|(?<!\.d)\.ts$/.test(path));
  if (strays.length > 0) throw new Error(`These files should not be published: ${strays.join(', ')}`);
  for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (!files.includes(path)) throw new Error(`${path} would not be published`);
  }
}

async function checkManifest() {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });
  if (messages.length > 0) throw new Error(messages.map((message) => formatMessage(message, pkg)).join('\n'));
}

/** Checks that TypeScript finds the declarations of what Node loads, in every way in which it resolves imports. */
function checkTypes(tarball) {
  const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  if (runNode([attw, tarball, '--format', 'ascii', '--no-emoji', '--quiet']) !== 0)
    throw new Error('attw has found faults');
}

const hasExports = (variable) => `if (Object.keys(${variable}).length === 0) throw new Error('no exports');`;
const probes = {
  'probe.mjs': (name, n) => `import * as m${n} from '${name}';\n${hasExports(`m${n}`)}`,
  'probe.cjs': (name, n) => `const m${n} = require('${name}');\n${hasExports(`m${n}`)}`,
};

async function checkLoading() {
  for (const [file, probe] of Object.entries(probes)) {
    await writeFile(join(consumer, file), `${specifiers.map(probe).join('\n')}\n`);
    if (runNode([join(consumer, file)], { nodeOptions: ['--disable-warning=ExperimentalWarning'] }) !== 0) {
      throw new Error(`${file}: the package cannot be loaded`);
    }
  }
}

await rm(consumer, { recursive: true, force: true });
try {
  const tarball = await pack();
  await checkContents();
  await checkManifest();
  checkTypes(tarball);
  await checkLoading();
  console.log(`${specifiers.join(', ')}: found, typed and loaded as published`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(consumer, { recursive: true, force: true });
}
