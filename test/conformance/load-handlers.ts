import { type RegisteredHandler, registeredHandler } from './registry.js';

/** Each has a module in `handlers/`, loaded only when the suite is run. */
const SUITES = [
  'callback',
  'child',
  'invoke',
  'map',
  'parallel',
  'plugin',
  'step',
  'wait',
  'wait_for_callback',
  'wait_for_condition',
];

/** Finds the handler of a requirement, or of a function that requirements of a suite call. */
export async function loadHandler(suite: string, id: string): Promise<RegisteredHandler | undefined> {
  if (SUITES.includes(suite)) await import(`./handlers/${suite}.ts`);
  return registeredHandler(id);
}
