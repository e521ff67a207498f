// Instructions per operation, counted by valgrind: steadier than time on a shared machine. node bench/instructions.mjs
// [--check] [--only TEXT] [--small N] [--large N] [module …] The difference between two sizes, so that start-up,
// loading and warm-up cancel out. The figures include the harness, the same for all, and garbage collection, because V8
// runs on one thread here.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { growths } from './lib/catalogue.mjs';
import { furtherOpponent, OFFICIAL, OURS } from './lib/engines.mjs';
import { judge, printSummary, printTable } from './lib/report.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    small: { type: 'string', default: '500' },
    large: { type: 'string', default: '1500' },
  },
});
const GOALS = { sequential: 0.5, map: 0.5, replay: 0.45 };
const sizes = [Number(options.small), Number(options.large)];
const contestants = [OFFICIAL, OURS, ...positionals.map(furtherOpponent)];
const program = fileURLToPath(new URL('./programs/one-growth-run.mjs', import.meta.url));
const valgrind = ['--tool=callgrind', '--callgrind-out-file=/dev/null'];
const print = console.log.bind(console);

async function instructionsOf({ module }, growth, size) {
  const command = [...valgrind, process.execPath, '--single-threaded', program, module, growth, String(size)];
  const { stderr } = await promisify(execFile)('valgrind', command, { maxBuffer: 64 * 1024 * 1024 });
  return Number(/Collected : (\d+)/.exec(stderr)[1]);
}

async function perOperation(contestant, growth) {
  const [small, large] = sizes;
  const fewer = await instructionsOf(contestant, growth, small);
  const more = await instructionsOf(contestant, growth, large);
  return { thousands: (more - fewer) / (large - small) / 1000 };
}

const verdicts = [];
try {
  for (const [kind, goal] of Object.entries(GOALS).filter(([kind]) => kind.includes(options.only))) {
    const growth = growths.find(({ name }) => name === `growth: ${kind}`).name;
    const measured = new Map();
    for (const contestant of contestants) measured.set(contestant.name, await perOperation(contestant, growth));
    const scenario = { name: `instructions per operation: ${kind}`, goals: { thousands: goal } };
    printTable(print, scenario, measured);
    verdicts.push(...judge(scenario, measured));
  }
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
  console.error(
    'valgrind is not installed, and nothing else counts instructions here: apt-get install valgrind (Linux).',
  );
  process.exit(1);
}
printSummary(print, verdicts);
process.exit(options.check && verdicts.some(({ met }) => !met) ? 1 : 0);
