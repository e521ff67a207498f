// The CDK stack, compiled and synthesised in this process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { build } from 'esbuild';

export async function synthesise() {
  // Below this folder, so that the compiled file finds its packages.
  const outfile = join(import.meta.dirname, '../build/orders-stack.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../cdk/orders-stack.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  const { OrdersStack } = await import(pathToFileURL(outfile));
  const code = Code.fromInline('exports.handler = async () => {};');
  // Throws when resources depend on each other in a cycle.
  return Template.fromStack(new OrdersStack(new App(), 'orders', { code })).toJSON();
}
