import type { WorkerFunction } from './worker-function-definition.js';

/**
 * The flags of Lambda's managed Node.js runtimes (AWS's page on Node.js runtimes); code that works only without them
 * fails only on Lambda.
 */
const LAMBDA_FLAGS = ['--no-experimental-require-module', '--no-experimental-detect-module'] as const;

/**
 * The flags with which Node.js runs a function. A flag that the function's `NODE_OPTIONS` set, in either form, is left
 * to them; a flag that this Node.js does not have is omitted.
 */
export function nodeFlags(fn: WorkerFunction, environment: NodeJS.ProcessEnv): string[] {
  const wanted = ['--enable-source-maps', ...(fn.lambdaNodeFlags ? LAMBDA_FLAGS : [])];
  const named = environment.NODE_OPTIONS ?? '';
  const isOpen = (flag: string): boolean => !named.includes(flag.replace(/^--(no-)?/, ''));
  return [
    `--max-old-space-size=${fn.memorySizeMb}`,
    ...wanted.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag) && isOpen(flag)),
    ...(fn.inspectPort === undefined ? [] : [`--inspect=127.0.0.1:${fn.inspectPort}`]),
  ];
}
