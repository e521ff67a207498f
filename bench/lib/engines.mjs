// Who takes part: our engine, the official SDK, and whatever module is named on the command line.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dist } from './own-build.mjs';

export const OFFICIAL = { name: 'official', module: '@aws/durable-execution-sdk-js' };
export const OURS = { name: 'ours', module: pathToFileURL(join(dist, 'esm/engine/index.js')).href };

/** What no engine can save; see there. */
export const FLOOR = { name: 'floor', module: new URL('./floor.mjs', import.meta.url).href };

/** @param path of a module that exports `withDurableExecution` */
export function furtherOpponent(path) {
  return { name: path, module: pathToFileURL(resolve(path)).href };
}

const silent = () => undefined;

/** Loads an engine. Its own log lines are not what is measured. */
export async function loadEngine({ module }) {
  for (const method of ['debug', 'info', 'log', 'warn', 'error']) console[method === 'log' ? 'debug' : method] = silent;
  return import(module);
}
