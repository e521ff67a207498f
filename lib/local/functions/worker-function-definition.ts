import { resolve } from 'node:path';
import type { FunctionDefinition } from './function-runtime.js';

/** A function that runs in worker processes: its definition for the service, and the place of its code. */
export interface WorkerFunctionDefinition extends FunctionDefinition {
  /** Path of the module, ES module or CommonJS; a relative one starts at the base directory. */
  module: string;
  /**
   * Which export of the module is the handler.
   * @defaultValue `handler`
   */
  export?: string;
  /** Environment variables of this function only. */
  environment?: Readonly<Record<string, string>>;
  /**
   * How many invocations may run concurrently, each in a separate process; further ones queue.
   * @defaultValue 1000, as in a new AWS account
   */
  concurrency?: number;
  /**
   * Megabytes of JavaScript heap; a function that needs more crashes.
   * @defaultValue 1024
   */
  memorySizeMb?: number;
  /**
   * Whether Node.js starts with the flags of Lambda's runtimes (`--no-experimental-require-module`,
   * `--no-experimental-detect-module`), so that code that fails on Lambda fails locally. `NODE_OPTIONS` of the function
   * take precedence.
   * @defaultValue true
   */
  lambdaNodeFlags?: boolean;
  /**
   * The port on which the function listens for a debugger. It then runs one invocation at a time, and its own timeout
   * is off, so that a breakpoint does not end it.
   * @defaultValue absent: no debugger
   */
  inspectPort?: number;
}

/** A complete definition. */
export interface WorkerFunction {
  readonly name: string;
  /** Absolute. */
  readonly modulePath: string;
  readonly exportName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly memorySizeMb: number;
  readonly lambdaNodeFlags: boolean;
  readonly inspectPort?: number;
}

/** Fills in the defaults and makes the module's path absolute. */
export function toWorkerFunction(definition: WorkerFunctionDefinition, baseDirectory: string): WorkerFunction {
  return {
    name: definition.name,
    modulePath: resolve(baseDirectory, definition.module),
    exportName: definition.export ?? 'handler',
    environment: definition.environment ?? {},
    concurrency: definition.inspectPort === undefined ? (definition.concurrency ?? 1000) : 1,
    memorySizeMb: definition.memorySizeMb ?? 1024,
    lambdaNodeFlags: definition.lambdaNodeFlags ?? true,
    inspectPort: definition.inspectPort,
  };
}
