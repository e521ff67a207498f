// From the start of a sandbox's code to the response of its first invocation, over real HTTP.
import { bundle } from '../lib/bundle.mjs';
import { FLOOR, OFFICIAL, OURS } from '../lib/engines.mjs';
import { runFresh } from '../lib/fresh-process.mjs';
import { HttpService } from '../lib/http-service.mjs';

const LEAN = 'ours, lean';
let service;

async function runWithService(program, ...args) {
  service ??= await HttpService.open();
  const event = JSON.stringify(service.begin());
  const measures = await runFresh(program, [...args, event], { env: service.environment });
  return { ...measures, calls: service.calls };
}

const coldStart = (module, client) => runWithService('programs/cold-start.mjs', module, client);

const bundles = new Map();

/** The lean transport would load the AWS SDK from the runtime, so the SDK is not bundled. */
async function bundledColdStart({ module, client = 'default' }) {
  const key = `${module} ${client}`;
  if (!bundles.has(key)) {
    const names = client === 'lean' ? 'withDurableExecution, createLeanDurableClient' : 'withDurableExecution';
    const external = client === 'lean' ? ['@aws-sdk/*'] : [];
    const source = `export { ${names} } from ${JSON.stringify(module.replace(/^file:\/\//, ''))};`;
    bundles.set(key, (await bundle(`cold-${bundles.size}`, source, { format: 'cjs', external })).path);
  }
  return coldStart(bundles.get(key), client);
}

const contestants = (others) => [OFFICIAL, OURS, { name: LEAN, module: OURS.module, client: 'lean' }, ...others];

export const scenarios = [
  {
    name: 'cold start and first invocation over HTTP',
    contestants: (others) => [...contestants(others), FLOOR],
    fresh: ({ name, module, client = 'default' }) =>
      name === FLOOR.name ? runWithService('programs/cold-start-client.mjs') : coldStart(module, client),
    goals: { total: 0.6, calls: 1 },
    goalsOf: { [LEAN]: { total: 0.35, calls: 1 } },
  },
  {
    name: 'the same, bundled and minified',
    contestants,
    fresh: bundledColdStart,
    goals: { calls: 1 },
    goalsOf: { [LEAN]: { total: 0.6 } },
  },
];

export const close = () => service?.close();
