// Compares our engine with the official SDK (and any further module) and prints ratios: `npm run bench`.
// Options: --check (exit 1 when a goal is missed), --repetitions N, --only TEXT, --json; further arguments are modules.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { growths, scenarios } from './lib/catalogue.mjs';
import { furtherOpponent, loadEngine, OFFICIAL, OURS } from './lib/engines.mjs';
import { growthExponent, medians } from './lib/measure.mjs';
import { judge, printRow, printSummary } from './lib/report.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    repetitions: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const repetitions = Number(options.repetitions);
const print = console.log.bind(console);
const contestants = [OFFICIAL, OURS, ...positionals.map(furtherOpponent)];
const isolatedRunner = fileURLToPath(new URL('./lib/isolated.mjs', import.meta.url));

const engines = new Map();
for (const contestant of contestants) engines.set(contestant.name, await loadEngine(contestant));

/** Both engines in turn, so that what else the machine does falls on both alike. */
async function compare(scenario) {
  const runs = new Map(contestants.map(({ name }) => [name, []]));
  if (!scenario.isolated) for (const { name } of contestants) await scenario.run(engines.get(name));
  for (let round = 0; round < repetitions; round += 1) {
    for (const contestant of contestants) {
      const run = scenario.isolated ? runIsolated(contestant, scenario) : await scenario.run(engines.get(contestant.name));
      runs.get(contestant.name).push(run);
    }
  }
  return new Map([...runs].map(([name, of]) => [name, medians(of)]));
}

function runIsolated({ module }, { name }) {
  const child = spawnSync(process.execPath, ['--expose-gc', isolatedRunner, module, name], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${name} failed for ${module}:\n${child.stderr}`);
  return JSON.parse(child.stdout.trim().split('\n').at(-1));
}

/** The exponent with which CPU grows with the number of operations. */
async function growthOf({ sizes, run }, contestant) {
  const engine = engines.get(contestant.name);
  const points = [];
  for (const size of sizes) {
    const runs = [];
    for (let round = 0; round < 5; round += 1) runs.push(await run(size)(engine));
    points.push([size, medians(runs).cpu]);
  }
  return growthExponent(points);
}

const verdicts = [];
for (const scenario of scenarios.filter(({ name }) => name.includes(options.only))) {
  const measured = await compare(scenario);
  verdicts.push(...judge(scenario, measured));
  if (!options.json) printRow(print, scenario, measured);
}
for (const growth of growths.filter(({ name }) => name.includes(options.only))) {
  const exponents = new Map();
  for (const contestant of contestants) exponents.set(contestant.name, { exponent: await growthOf(growth, contestant) });
  const scenario = { name: growth.name, limits: { exponent: growth.limit } };
  verdicts.push(...judge(scenario, exponents));
  if (!options.json) printRow(print, scenario, exponents);
}
if (options.json) print(JSON.stringify(verdicts, null, 2));
else printSummary(print, verdicts);
process.exit(options.check && verdicts.some(({ met }) => !met) ? 1 : 0);
