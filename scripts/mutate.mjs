// Makes small changes to the core of the engine (docs/adr/0013), and checks that its unit specs notice them. Arguments:
// the parts to run (default: all of test/mutation/core-parts.mjs), or --share for the two that CI runs.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORE_PARTS } from '../test/mutation/core-parts.mjs';
import { root, runNode } from './run.mjs';

/** The share of the mutants that change behaviour which the specs must notice. */
const LEAST_PERCENT = 95;
const SHARE = ['settlement', 'error-codes'];

const { values, positionals } = parseArgs({ options: { share: { type: 'boolean' } }, allowPositionals: true });
const parts = values.share ? SHARE : positionals.length > 0 ? positionals : Object.keys(CORE_PARTS);
const unknown = parts.filter((part) => !(part in CORE_PARTS));
if (unknown.length > 0) {
  console.error(`No part is called ${unknown.join(', ')}. The parts are: ${Object.keys(CORE_PARTS).join(', ')}.`);
  process.exit(1);
}

const stryker = join(
  dirname(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json')),
  'bin/stryker.js',
);
const weak = parts.filter((part) => !isCovered(part));
if (weak.length > 0) console.error(`Fewer than ${LEAST_PERCENT} % noticed: ${weak.join(', ')}`);
process.exit(weak.length > 0 ? 1 : 0);

function isCovered(part) {
  const code = runNode([stryker, 'run', join(root, 'test/mutation/stryker.config.mjs')], {
    env: { MUTATE_PART: part },
  });
  if (code !== 0) return false;
  const { noticed, missed } = countMutants(part);
  const percent = (100 * noticed) / (noticed + missed);
  console.log(`${part}: ${percent.toFixed(1)} % of ${noticed + missed} mutants that change behaviour are noticed`);
  return percent >= LEAST_PERCENT;
}

/** Ignores mutants that are known to change nothing, or that do not compile. */
function countMutants(part) {
  const { files } = JSON.parse(readFileSync(join(root, `coverage/mutation/${part}.json`), 'utf8'));
  let noticed = 0;
  let missed = 0;
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n');
    for (const { status, replacement, location } of mutants) {
      if (status === 'Killed' || status === 'Timeout') noticed += 1;
      else if (status === 'Survived' || status === 'NoCoverage') {
        const line = lines[location.start.line - 1];
        if (!isKnownToChangeNothing(part, { file, line, replacement })) missed += 1;
      }
    }
  }
  return { noticed, missed };
}

function isKnownToChangeNothing(part, { line, replacement }) {
  const { changesNothing = [] } = CORE_PARTS[part];
  return changesNothing.some((known) => line.includes(known.line) && replacement === known.replacement);
}
