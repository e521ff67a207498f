// Compares our engine with the official SDK (and any further module) and prints ratios: `npm run bench`.
// Options: --check (exit 1 when a goal is missed), --repetitions N, --only TEXT, --json; further arguments are modules.
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
    repetitions: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const repetitions = Number(options.repetitions);
const print = console.log.bind(console);
const others = positionals.map(furtherOpponent);
const contestantsOf = ({ contestants, hasFloor }) =>
  contestants?.(others) ?? [OFFICIAL, OURS, ...others, ...(hasFloor ? [FLOOR] : [])];
const isChosen = ({ name }) => name.includes(options.only);

const engines = new Map();
for (const contestant of [OFFICIAL, OURS, FLOOR, ...others]) engines.set(contestant.name, await loadEngine(contestant));

function runOnce(scenario, contestant) {
  if (scenario.fresh) return scenario.fresh(contestant);
  if (scenario.isolated)
    return runFresh('lib/isolated.mjs', [contestant.module, scenario.name], { flags: ['--expose-gc'] });
  return scenario.run(engines.get(contestant.name));
}

/**
 * Runs the contestants alternately, so that other load on the machine affects all alike. The first rounds only warm up:
 * one, unless the scenario says how many.
 */
async function compare(scenario) {
  const contestants = contestantsOf(scenario);
  const runs = new Map(contestants.map(({ name }) => [name, []]));
  const { isExact = false, warmUps = isExact ? 0 : 1 } = scenario;
  for (let round = 0; round < warmUps + (isExact ? 1 : repetitions); round += 1) {
    for (const contestant of contestants) runs.get(contestant.name).push(await runOnce(scenario, contestant));
  }
  return new Map([...runs].map(([name, of]) => [name, medians(of.slice(warmUps))]));
}

/**
 * The exponent with which CPU grows with the size. Each round covers all sizes, so that a busy moment does not affect
 * one size alone.
 */
async function growthOf({ sizes, run }, contestant) {
  const runs = new Map(sizes.map((size) => [size, []]));
  for (let round = 0; round < 5; round += 1) {
    for (const size of sizes) {
      // Garbage of one size must not be collected during the run of another.
      globalThis.gc();
      runs.get(size).push(await run(size)(engines.get(contestant.name)));
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
