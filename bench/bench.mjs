// Compares our engine with the official SDK (and any further module) and prints ratios: `npm run bench`.
// Options: --check (exit 1 when a goal is missed), --processes N, --repetitions N, --only TEXT, --json; further arguments
// are modules.
import { parseArgs } from 'node:util';
import { closeScenarios, growths, scenarios } from './lib/catalogue.mjs';
import { FLOOR, furtherOpponent, loadEngine, OFFICIAL, OURS } from './lib/engines.mjs';
import { runFresh } from './lib/fresh-process.mjs';
import { growthExponent, medians } from './lib/measure.mjs';
import { judge, printSummary, printTable } from './lib/report.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    processes: { type: 'string', default: '3' },
    repetitions: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const processes = Number(options.processes);
const repetitions = Number(options.repetitions);
const print = console.log.bind(console);
const others = positionals.map(furtherOpponent);
const contestantsOf = ({ contestants, hasFloor }) =>
  contestants?.(others) ?? [OFFICIAL, OURS, ...others, ...(hasFloor ? [FLOOR] : [])];
const isChosen = ({ name }) => name.includes(options.only);

/**
 * In how many processes a scenario is measured, and how often in each; the first ones only warm up. A process runs one
 * contestant and one scenario, as a sandbox does: what V8 has compiled for others would change the figures.
 */
function planOf({ fresh, isolated, isExact, warmUps = 1 }) {
  const once = { runs: 1, dropped: 0 };
  if (isExact) return { rounds: 1, dropped: 0, each: once };
  if (fresh || isolated) return { rounds: repetitions + 1, dropped: 1, each: once };
  return { rounds: processes, dropped: 0, each: { runs: warmUps + repetitions, dropped: warmUps } };
}

function measureIn(scenario, contestant, { runs, dropped }) {
  if (scenario.fresh) return scenario.fresh(contestant);
  const args = [contestant.module, scenario.name, String(runs), String(dropped)];
  return runFresh('lib/isolated.mjs', args, { flags: ['--expose-gc'] });
}

/** Measures the contestants alternately, so that other load on the machine affects all alike. */
async function compare(scenario) {
  const contestants = contestantsOf(scenario);
  const { rounds, dropped, each } = planOf(scenario);
  const measured = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) {
      measured.get(contestant.name).push(await measureIn(scenario, contestant, each));
    }
  }
  return new Map([...measured].map(([name, of]) => [name, medians(of.slice(dropped))]));
}

/**
 * The exponent with which CPU grows with the size. Each round covers all sizes, so that a busy moment does not affect
 * one size alone.
 */
async function growthOf({ sizes, run }, contestant) {
  const engine = await loadEngine(contestant);
  const runs = new Map(sizes.map((size) => [size, []]));
  for (let round = 0; round < 5; round += 1) {
    for (const size of sizes) {
      // Garbage of one size must not be collected during the run of another.
      globalThis.gc();
      runs.get(size).push(await run(size)(engine));
    }
  }
  return { exponent: growthExponent([...runs].map(([size, of]) => [size, medians(of).cpu])) };
}

const verdicts = [];
function conclude(scenario, measured) {
  verdicts.push(...judge(scenario, measured));
  if (!options.json) printTable(print, scenario, measured);
}

for (const scenario of scenarios.filter(isChosen)) conclude(scenario, await compare(scenario));
for (const growth of growths.filter(isChosen)) {
  const exponents = new Map();
  for (const contestant of contestantsOf(growth)) exponents.set(contestant.name, await growthOf(growth, contestant));
  conclude({ name: growth.name, limits: { exponent: growth.limit } }, exponents);
}
await closeScenarios();
if (options.json) print(JSON.stringify(verdicts, null, 2));
else printSummary(print, verdicts);
process.exit(options.check && verdicts.some(({ met }) => !met) ? 1 : 0);
