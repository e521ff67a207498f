// Runs AWS's language-neutral requirements against the local service (test/conformance/README.md).
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { quietAwsClient, root, runNode } from './run.mjs';

/** Inside the package, so that the handlers import it by its own name, and one for each run. */
const built = join(root, `test/conformance/.built/${process.pid}`);

await mkdir(built, { recursive: true });
try {
  await build({
    entryPoints: ['cli.ts', 'function.ts'].map((file) => join(root, 'test/conformance', file)),
    outdir: built,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    tsconfigRaw: {},
  });
  process.exitCode = runNode([join(built, 'cli.mjs'), ...process.argv.slice(2)], {
    cwd: process.cwd(),
    env: quietAwsClient,
  });
} finally {
  await rm(built, { recursive: true, force: true });
}
