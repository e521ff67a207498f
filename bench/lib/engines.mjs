// The contestants: our engine, the official SDK, and any module that is named on the command line.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dist } from './own-build.mjs';

export const OFFICIAL = { name: 'official', module: '@aws/durable-execution-sdk-js' };
export const OURS = { name: 'ours', module: pathToFileURL(join(dist, 'esm/engine/index.js')).href };

/** The lower bound for every engine; see `floor.mjs`. */
export const FLOOR = { name: 'floor', module: new URL('./floor.mjs', import.meta.url).href };

/** @param path of a module that exports `withDurableExecution` */
export function furtherOpponent(path) {
  return { name: path, module: pathToFileURL(resolve(path)).href };
}

const silent = () => undefined;

/** Loads an engine, and silences its log lines. */
export async function loadEngine({ module }) {
  for (const method of ['debug', 'info', 'log', 'warn', 'error']) console[method === 'log' ? 'debug' : method] = silent;
  return import(module);
}
