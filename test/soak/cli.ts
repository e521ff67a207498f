// The soak test at length: see scripts/soak.mjs.
import { parseArgs } from 'node:util';
import { ourEngine, runSoak } from './run-soak.js';

const { values } = parseArgs({
  options: {
    executions: { type: 'string', default: '2000' },
    'server-kills': { type: 'string', default: '30' },
    'worker-kills': { type: 'string', default: '60' },
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
  seed: Number(values.seed),
  sdk: values.sdk === 'ours' ? ourEngine(values.root) : values.sdk,
  root: values.root,
  log,
});
for (const problem of report.problems) log(problem);
log(`${report.executions} executions, ${report.stepRuns} runs of step bodies, ${report.problems.length} problems`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
