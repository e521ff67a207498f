// Every scenario. A scenario of an engine has `run(engine)`, in this process or `isolated` in new ones; a scenario that
// starts its own processes has `fresh(contestant)`.
import * as bundleSize from '../scenarios/bundle-size.mjs';
import * as coldStart from '../scenarios/cold-start.mjs';
import * as invocations from '../scenarios/invocations.mjs';
import * as localService from '../scenarios/local-service.mjs';
import * as map from '../scenarios/map.mjs';
import * as nest from '../scenarios/nest.mjs';
import * as nested from '../scenarios/nested.mjs';
import * as payloads from '../scenarios/payloads.mjs';
import * as replay from '../scenarios/replay.mjs';
import * as sequential from '../scenarios/sequential.mjs';
import * as suspension from '../scenarios/suspension.mjs';
import { removeBundles } from './bundle.mjs';

const engines = [sequential, map, nested, replay, suspension, invocations, payloads];
const groups = [...engines, coldStart, bundleSize, nest, localService];
export const scenarios = groups.flatMap((group) => group.scenarios ?? []);
export const growths = groups.flatMap((group) => group.growth ?? []);

export function scenarioNamed(name) {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`there is no scenario ${name}`);
  return found;
}

/** Ends what scenarios keep between their runs. */
export async function closeScenarios() {
  coldStart.close();
  await removeBundles();
}
