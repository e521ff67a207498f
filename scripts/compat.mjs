// Tests the packed package in the applications of test/compat, on several Node versions.
// `npm run test:compat -- [--node 20,22,24] [part of a case's name …]`
import { parseArgs } from 'node:util';
import { installed, installPackage, lockCache, nodeOfMajor, packPackage } from '../test/compat/cache.mjs';
import { cases } from '../test/compat/cases.mjs';
import { consumers, npmrcOf } from '../test/compat/consumers.mjs';
import { ensureBuilt } from './readiness.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string', default: '20,22,24' } },
});
const counts = { passed: 0, failed: 0, skipped: 0 };
/** Repeated at the end, because the whole output is long. */
const failures = [];

const chosen = cases.filter(({ name }) => positionals.every((part) => name.includes(part)));
if (chosen.length === 0)
  throw new Error(`No case is called so. There are: ${cases.map(({ name }) => name).join(', ')}.`);

const lastLinesOf = (error) =>
  String(error.message ?? error)
    .trimEnd()
    .split('\n')
    .slice(-5)
    .map((line) => line.slice(0, 300))
    .join('\n        ');

async function tell(name, work) {
  const startedMs = Date.now();
  const took = () => `(${((Date.now() - startedMs) / 1000).toFixed(1)} s)`;
  try {
    const result = await work();
    console.log(`ok      ${name} ${took()}`);
    return result;
  } catch (error) {
    console.log(`FAILED  ${name} ${took()}\n${String(error.stack ?? error).replaceAll(/^/gm, '        ')}`);
    counts.failed += 1;
    failures.push(`FAILED  ${name}: ${lastLinesOf(error)}`);
    throw error;
  }
}

function findNodes() {
  const nodes = values.node.split(',').map((major) => ({ major, ...nodeOfMajor(major) }));
  for (const { major, missing } of nodes) if (missing) console.log(`Node ${major} is not available here: ${missing}`);
  return nodes;
}

async function tryCase({ name, prepare, check, onLastNode }, directory, allNodes) {
  const prepared = await tell(`${name}: prepared`, () => prepare(directory));
  const nodes = onLastNode ? allNodes.slice(-1) : allNodes;
  for (const { major, path } of nodes) {
    if (path === undefined) {
      console.log(`skipped ${name}, Node ${major}`);
      counts.skipped += 1;
      continue;
    }
    await tell(`${name}, Node ${major}`, () => check(path, prepared)).then(
      () => (counts.passed += 1),
      () => undefined, // Reported and counted; the other Node versions are tested all the same.
    );
  }
}

lockCache();
await ensureBuilt();
const nodes = findNodes();
const tarball = packPackage();
for (const consumer of new Set(chosen.map((one) => one.consumer))) {
  const directory = await tell(`${consumer}: installed`, () => {
    const place = installed(consumer, consumers[consumer], { npmrc: npmrcOf(consumer) });
    installPackage(tarball, place);
    return place;
  });
  for (const one of chosen.filter((other) => other.consumer === consumer)) {
    await tryCase(one, directory, nodes).catch(() => undefined);
  }
}
if (failures.length > 0) console.log(`\n${failures.join('\n')}`);
console.log(
  `\n${Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}`,
);
process.exitCode = counts.failed === 0 ? 0 : 1;
