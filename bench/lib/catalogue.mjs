// Every scenario that compares engines.
import * as invocations from '../scenarios/invocations.mjs';
import * as map from '../scenarios/map.mjs';
import * as payloads from '../scenarios/payloads.mjs';
import * as replay from '../scenarios/replay.mjs';
import * as sequential from '../scenarios/sequential.mjs';
import * as suspension from '../scenarios/suspension.mjs';

export const scenarios = [sequential, map, replay, suspension, invocations, payloads].flatMap((one) => one.scenarios);
export const growths = [sequential, map, replay].map((one) => one.growth);

export function scenarioNamed(name) {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`there is no scenario ${name}`);
  return found;
}
