import { resolve } from 'node:path';
import type { FunctionDefinition } from './function-runtime.js';

/** A function that runs in worker processes: what the service knows of it, and where its code is. */
export interface WorkerFunctionDefinition extends FunctionDefinition {
  /** Path of the module, ES module or CommonJS; a relative one starts at the base directory. */
  module: string;
  /**
   * Which export of the module is the handler.
   * @defaultValue `handler`
   */
  export?: string;
  /** Environment variables of this function alone. */
  environment?: Readonly<Record<string, string>>;
  /**
   * How many invocations may run at once, each in a process of its own; further ones queue.
   * @defaultValue 1000, as in a new AWS account
   */
  concurrency?: number;
  /**
   * Megabytes of JavaScript heap; a function that needs more crashes.
   * @defaultValue 1024
   */
  memorySizeMb?: number;
}

/** A definition with nothing left open. */
export interface WorkerFunction {
  readonly name: string;
  /** Absolute. */
  readonly modulePath: string;
  readonly exportName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly memorySizeMb: number;
}

/** Fills in the defaults and makes the module's path absolute. */
export function toWorkerFunction(definition: WorkerFunctionDefinition, baseDirectory: string): WorkerFunction {
  return {
    name: definition.name,
    modulePath: resolve(baseDirectory, definition.module),
    exportName: definition.export ?? 'handler',
    environment: definition.environment ?? {},
    concurrency: definition.concurrency ?? 1000,
    memorySizeMb: definition.memorySizeMb ?? 1024,
  };
}
