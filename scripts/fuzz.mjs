// Runs random programs of concurrent async functions, and checks that every invocation takes the path of those before
// it. It compares the results of programs with and without lost responses, and with those under the official SDK.
// Options: --runs N (programs in each world, default 1000), --seed N.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, runNode } from './run.mjs';

const SPECS = [
  'test/engine/concurrent-programs',
  'test/opponent/random-programs',
  // Their number of examples is fixed.
  'test/engine/(error-replay|mutated-answers|paged-replay|random-trees|telemetry-changes-nothing)',
  'test/local/http',
  'lib/engine/state/update-size',
  'lib/rules/error-rules',
  'lib/local/core/properties',
];

const options = {
  runs: { type: 'string', default: '1000' },
  seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
};
const { runs, seed } = parseArgs({ options }).values;
console.log(`${runs} programs in each world, seed ${seed}`);

process.exit(
  runNode([join(root, 'scripts/jest.mjs'), '-w', '1', '--', ...SPECS], {
    env: { FUZZ_RUNS: runs, FUZZ_SEED: seed },
  }),
);
