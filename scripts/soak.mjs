// Runs random executions on the local service while it and its workers are killed and executions are paused, and checks that nothing is lost.
// Options: --executions N, --server-kills N, --worker-kills N, --pauses N, --seed N, --sdk ours|MODULE.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { quietAwsClient, root, runNode } from './run.mjs';

const built = join(root, `test/soak/.built/${process.pid}`);

try {
  await mkdir(built, { recursive: true });
  await build({
    entryPoints: [join(root, 'test/soak/cli.ts')],
    outfile: join(built, 'cli.mjs'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    tsconfigRaw: {},
  });
  process.exitCode = runNode([join(built, 'cli.mjs'), '--root', root, ...process.argv.slice(2)], {
    env: quietAwsClient,
  });
} finally {
  await rm(built, { recursive: true, force: true });
}
