// Compiles a sample, as `nest build` with SWC would, and serves it on the local service: `npm start -- approval-webhook`.
// Further arguments go to `nestjs-durable dev`, such as `--skip-time`.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { root, runNode } from '../scripts/run.mjs';
import { compilerOptions } from './order-fulfilment/build.mjs';

const [name, ...args] = process.argv.slice(2);
const sample = join(root, 'sample', name);

for (const file of await readdir(join(sample, 'src'), { recursive: true })) {
  if (!file.endsWith('.ts')) continue;
  const { code } = await transformFile(join(sample, 'src', file), compilerOptions);
  const target = join(sample, 'dist', file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}

const cli = join(root, 'dist/esm/local/cli/main.js');
process.exit(runNode([cli, 'dev', '--function', `${name}=${join(sample, 'dist/lambda.js')}#handler`, ...args]));
