import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Outcome, tallyOf } from './outcome.js';
import { renderJunit } from './report-junit.js';
import { renderTable } from './report-table.js';
import { readRequirements } from './requirement.js';
import { runRequirement, type Time } from './run-requirement.js';

const USAGE = `Usage: npm run conformance -- --requirements <dir> [options] [id or suite …]

  --requirements <dir>  the folder with the requirements (*.yaml in a folder for each suite)
  --time skip|real      skip: time jumps to the next wait, retry, timeout or callback (the default); real: it passes
  --sdk ours|official   official: the handlers run on AWS's own SDK, to judge the local service alone
  --jobs <n>            how many requirements run at once (default: ${availableParallelism()})
  --junit <file>        also writes a JUnit report
  --json <file>         also writes id, suite, status and problems of each requirement as JSON`;

class UsageError extends Error {}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      requirements: { type: 'string' },
      time: { type: 'string', default: 'skip' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      junit: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const { requirements: directory, time, jobs } = values;
  if (directory === undefined) throw new UsageError('--requirements is missing.');
  if (time !== 'skip' && time !== 'real') throw new UsageError(`--time is skip or real, not ${time}.`);
  if (!/^[1-9]\d*$/.test(jobs)) throw new UsageError(`--jobs is a whole number from 1, not ${jobs}.`);
  return { ...values, directory, time: time as Time, jobs: Number(jobs), selection: positionals };
}

async function main(): Promise<number> {
  const { directory, selection, jobs, time, junit, json } = readArguments();
  const requirements = await readRequirements(directory, selection);
  const functionModule = fileURLToPath(new URL('./function.mjs', import.meta.url));
  const outcomes = await mapAtOnce(requirements, jobs, (requirement) =>
    runRequirement(requirement, { time, functionModule }),
  );
  console.log(renderTable(outcomes));
  if (junit !== undefined) await writeFile(junit, renderJunit(outcomes));
  if (json !== undefined) await writeFile(json, JSON.stringify(outcomes.map(summaryOf), null, 2));
  return tallyOf(outcomes).passed === outcomes.length ? 0 : 1;
}

const summaryOf = ({ requirement: { id, suite, description }, status, problems }: Outcome) => {
  return { id, suite, description, status, problems };
};

/** Maps with a maximum number of concurrent calls; the results keep the order of the items. */
async function mapAtOnce<T, R>(items: readonly T[], limit: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const pending = [...items.entries()];
  const work = async () => {
    for (let next = pending.shift(); next; next = pending.shift()) results[next[0]] = await map(next[1]);
  };
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${(error as Error).message}\n\n${USAGE}` : (error as Error).message);
  process.exitCode = 2;
}
