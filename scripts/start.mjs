// Runs the order-fulfilment sample, and passes on every argument (`npm start -- --once`); or the named sample
// (`npm start -- approval-webhook`).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode } from './run.mjs';

const [name = ''] = process.argv.slice(2);
const isNamed = /^[a-z][a-z-]*$/.test(name);
const sample = join(root, isNamed ? `sample/${name}/src/lambda.ts` : 'sample/order-fulfilment/start.mjs');
if (!existsSync(sample)) {
  console.error(
    isNamed ? `There is no sample ${name} to serve.` : 'This checkout has no sample at sample/order-fulfilment.',
  );
  process.exit(1);
}
process.exit(runNode([isNamed ? join(root, 'sample/run.mjs') : sample, ...process.argv.slice(2)]));
