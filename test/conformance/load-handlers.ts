import { type RegisteredHandler, registeredHandler } from './registry.js';

/** One module for each suite, loaded only when the suite is run. */
const suites: Record<string, () => Promise<unknown>> = {
  callback: () => import('./handlers/callback.js'),
  child: () => import('./handlers/child.js'),
  invoke: () => import('./handlers/invoke.js'),
  map: () => import('./handlers/map.js'),
  parallel: () => import('./handlers/parallel.js'),
  plugin: () => import('./handlers/plugin.js'),
  step: () => import('./handlers/step.js'),
  wait: () => import('./handlers/wait.js'),
  wait_for_callback: () => import('./handlers/wait_for_callback.js'),
  wait_for_condition: () => import('./handlers/wait_for_condition.js'),
};

/** Finds the handler of a requirement, or of a function that requirements of a suite call. */
export async function loadHandler(suite: string, id: string): Promise<RegisteredHandler | undefined> {
  await suites[suite]?.();
  return registeredHandler(id);
}
