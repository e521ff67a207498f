// Runs the order-fulfilment sample; every argument is passed on (`npm start -- --once`).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode } from './run.mjs';

const sample = join(root, 'sample/order-fulfilment/start.mjs');
if (!existsSync(sample)) {
  console.error('This checkout has no sample at sample/order-fulfilment.');
  process.exit(1);
}
process.exit(runNode([sample, ...process.argv.slice(2)]));
