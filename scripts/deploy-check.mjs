// Prepares the order sample for AWS, from the packed package: compile, bundle, run on AWS's own runtime client,
// synthesise and validate the templates. `npm run test:deploy [-- --node 22,24]`
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSample } from '../sample/order-fulfilment/build.mjs';
import { installed, installPackage, lockCache, nodeOfMajor, packPackage } from '../test/compat/cache.mjs';
import { run } from '../test/compat/run.mjs';
import { ensureBuilt } from './readiness.mjs';
import { root } from './run.mjs';

const { values } = parseArgs({ options: { node: { type: 'string', default: '22,24' } } });
const deploy = join(root, 'sample/deploy');
const { devDependencies } = JSON.parse(readFileSync(join(deploy, 'package.json'), 'utf8'));

/** What the sample imports, as an application would install it. */
const application = {
  '@aws-sdk/client-lambda': '^3.1164.0',
  '@nestjs/common': '^12.0.0',
  '@nestjs/core': '^12.0.0',
  '@nestjs/platform-express': '^12.0.0',
  'class-transformer': '^0.5.1',
  'class-validator': '^0.15.1',
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.2',
};

async function timed(name, work) {
  const since = Date.now();
  const output = await work();
  console.log(`ok      ${name} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  return output;
}

function layOut(directory) {
  for (const folder of ['app', 'deploy']) rmSync(join(directory, folder), { recursive: true, force: true });
  cpSync(join(root, 'sample/order-fulfilment/dist/src'), join(directory, 'app/dist'), { recursive: true });
  writeFileSync(join(directory, 'app/package.json'), '{ "type": "module" }');
  cpSync(deploy, join(directory, 'deploy'), {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|build|bundle|cdk\.out)([\\/]|$)/.test(path.slice(deploy.length)),
  });
  return join(directory, 'deploy');
}

lockCache();
await ensureBuilt();
await timed('the sample is compiled', buildSample);
const directory = await timed('packages are installed', () => {
  // The runtime client would compile C++ at installation; `checks` has a replacement for that part.
  const place = installed('deploy', { ...application, ...devDependencies }, { npmrc: 'ignore-scripts=true\n' });
  installPackage(packPackage(), place);
  return place;
});
const place = layOut(directory);
const node = (args, more) => run(process.execPath, args, { cwd: place, ...more });
await timed('one file is made of it', () => node(['bundle.mjs', '../app/dist/main.js', 'bundle/index.mjs']));
for (const { major, path, missing } of values.node.split(',').map((major) => ({ major, ...nodeOfMajor(major) }))) {
  if (path === undefined) {
    console.log(`skipped AWS's runtime client on Node ${major}: ${missing}`);
    continue;
  }
  process.env.LAMBDA_NODE = path;
  await timed(`it runs on AWS's runtime client, Node ${major}`, () => node(['--test', 'checks/runtime.test.mjs']));
}
await timed('the CDK application is sound TypeScript', () =>
  node(['../node_modules/typescript/bin/tsc', '-p', 'cdk/tsconfig.json']),
);
await timed('the CDK application is synthesised', () => run('npm', ['run', 'synth'], { cwd: place }));
await timed('the templates grant what the manifest of the application asks for', () =>
  node(['--test', 'checks/manifest.test.mjs']),
);
await timed('the templates are valid, and grant the same', () => node(['--test', 'checks/templates.test.mjs']));
