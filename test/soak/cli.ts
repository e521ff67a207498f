// The soak test at length: see scripts/soak.mjs.
import { parseArgs } from 'node:util';
import { ourEngine, runSoak } from './run-soak.js';

const { values } = parseArgs({
  options: {
    executions: { type: 'string', default: '2000' },
    'server-kills': { type: 'string', default: '30' },
    'worker-kills': { type: 'string', default: '60' },
    pauses: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(process.pid) },
    sdk: { type: 'string', default: 'ours' },
    root: { type: 'string', default: process.cwd() },
  },
});

const log = (message: string) => process.stdout.write(`${message}\n`);
log(`seed ${values.seed}`);
const report = await runSoak({
  executions: Number(values.executions),
  serverKills: Number(values['server-kills']),
  workerKills: Number(values['worker-kills']),
  pauses: Number(values.pauses),
  seed: Number(values.seed),
  sdk: values.sdk === 'ours' ? ourEngine(values.root) : values.sdk,
  root: values.root,
  log,
});
for (const problem of report.problems) log(problem);
const restarts = report.restartMs.map(Math.round).sort((left, right) => left - right);
const { accepted, interrupting, refused } = report.pauses;
log(
  `Node.js ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}, ${Math.round(performance.now() / 1000)} s`,
);
log(`${report.executions} executions, ${report.problems.length} lost or wrong`);
log(`${report.serverKills} kills of the service, ${report.workerKills} of workers`);
log(`${accepted} pauses (${interrupting} while code ran; ${refused} came too late)`);
log(`${report.stepRuns} runs of step bodies, ${report.repeatedRuns} of them repeated after an interruption`);
log(`restarts: median ${restarts[restarts.length >> 1]} ms, slowest ${restarts.at(-1)} ms`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
