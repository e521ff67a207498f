// Runs AWS's language-neutral requirements against the local service (test/conformance/README.md).
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { quietAwsClient, root, runNode } from './run.mjs';

/** `--sdk official` runs the same handlers on AWS's own SDK, as a second check of the local service. */
const sdks = { ours: 'nestjs-durable-execution/engine', official: '@aws/durable-execution-sdk-js' };

/** Inside the package, so that the handlers import it by its own name, and one folder for each run. */
const built = join(root, `test/conformance/.built/${process.pid}`);

function takeSdk(args) {
  const at = args.indexOf('--sdk');
  const name = at === -1 ? 'ours' : args[at + 1];
  if (!(name in sdks)) throw new Error(`--sdk is ${Object.keys(sdks).join(' or ')}, not ${name}.`);
  return { sdk: sdks[name], rest: at === -1 ? args : args.toSpliced(at, 2) };
}

const importingSdk = (sdk) => ({
  name: 'sdk',
  setup: ({ onResolve }) => onResolve({ filter: new RegExp(`^${sdks.ours}$`) }, () => ({ path: sdk, external: true })),
});

try {
  const { sdk, rest } = takeSdk(process.argv.slice(2));
  await mkdir(built, { recursive: true });
  await build({
    entryPoints: ['cli.ts', 'function.ts'].map((file) => join(root, 'test/conformance', file)),
    outdir: built,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    plugins: [importingSdk(sdk)],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    tsconfigRaw: {},
  });
  process.exitCode = runNode([join(built, 'cli.mjs'), ...rest], { cwd: process.cwd(), env: quietAwsClient });
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
} finally {
  await rm(built, { recursive: true, force: true });
}
