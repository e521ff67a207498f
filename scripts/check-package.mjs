// Uses the package as its users will: the files that npm would publish, every subpath imported as ESM, required as
// CommonJS, and compiled against in both module systems.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureBuilt } from './readiness.mjs';
import { root, runNode, runNpm } from './run.mjs';

/** Lies under the checkout's node_modules, so that the package finds its dependencies and peers there. */
const consumer = join(root, 'node_modules/.cache/package-consumer');
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json');
const specifiers = subpaths.map((subpath) => manifest.name + subpath.slice(1));

async function layOutPackage() {
  const { stdout, status } = runNpm(['pack', '--dry-run', '--json', '--loglevel=error'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('npm pack failed');
  // npm 10 prints a list, npm 11 and later may key it by package name.
  const [packed] = Object.values(JSON.parse(stdout));
  const target = join(consumer, 'node_modules', manifest.name);
  for (const { path } of packed.files) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(root, path), join(target, path));
  }
  return packed.files.map(({ path }) => path);
}

function checkContents(files) {
  const strays = files.filter((path) => /\.(spec|test)\.|testing-fixtures|(?<!\.d)\.ts$/.test(path));
  if (strays.length > 0) throw new Error(`These files should not be published: ${strays.join(', ')}`);
  for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (!files.includes(path)) throw new Error(`${path} would not be published`);
  }
}

/** TypeScript that cannot read `exports` (`moduleResolution: node10`) is told of each subpath apart. */
function checkTypesVersions() {
  const told = Object.keys(manifest.typesVersions['*']).map((subpath) => `./${subpath}`);
  const untold = subpaths.filter((subpath) => subpath !== '.' && !told.includes(subpath));
  if (untold.length > 0) throw new Error(`typesVersions in package.json lacks ${untold.join(', ')}`);
}

const names = (variable) => `if (Object.keys(${variable}).length === 0) throw new Error('no exports');`;

/** The two copies of a module would not share their state, so that what one registers the other would miss. */
const probes = {
  'probe.mjs': () => specifiers.map((name, n) => `import * as m${n} from '${name}';\n${names(`m${n}`)}`).join('\n'),
  'probe.cjs': () => specifiers.map((name, n) => `const m${n} = require('${name}');\n${names(`m${n}`)}`).join('\n'),
  'types.mts': () =>
    specifiers.map((name, n) => `import * as m${n} from '${name}';\nexport const k${n} = m${n};`).join('\n'),
  'types.cts': () =>
    specifiers.map((name, n) => `import m${n} = require('${name}');\nexport const k${n} = m${n};`).join('\n'),
};

const compilerOptions = {
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023'],
  types: ['node'],
  strict: true,
  noEmit: true,
  experimentalDecorators: true,
  skipLibCheck: false,
};

async function tryOut() {
  for (const [file, text] of Object.entries(probes)) await writeFile(join(consumer, file), `${text()}\n`);
  await writeFile(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['types.mts', 'types.cts'] }),
  );
  const attempts = {
    'imported as ESM': [join(consumer, 'probe.mjs')],
    'required as CommonJS': [join(consumer, 'probe.cjs')],
    'type declarations': [join(root, 'node_modules/typescript/bin/tsc'), '-p', consumer],
  };
  const failed = Object.entries(attempts).filter(([, command]) => {
    return runNode(command, { nodeOptions: ['--disable-warning=ExperimentalWarning'] }) !== 0;
  });
  if (failed.length > 0) throw new Error(`The package fails when used: ${failed.map(([name]) => name).join(', ')}`);
}

await ensureBuilt();
await rm(consumer, { recursive: true, force: true });
try {
  checkContents(await layOutPackage());
  checkTypesVersions();
  await tryOut();
  console.log(`${specifiers.join(', ')}: imported, required and compiled against as published`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(consumer, { recursive: true, force: true });
}
