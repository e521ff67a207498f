import type { DurableSetting } from './core/durable-function-config.js';
import type { FunctionDefinition } from './functions/function-runtime.js';
import type { InProcessHandler } from './functions/in-process-functions.js';
import type { WorkerFunctionDefinition } from './functions/worker-function-definition.js';

/** How a function is registered: with `handler` it runs in this process, with `module` in separate processes. */
export type FunctionSpec = Omit<FunctionDefinition, 'name' | 'durable'> & {
  /** `true` allows an execution the maximum time of the service, 366 days. Absent: a plain function. */
  durable?: DurableSetting;
} & (
    | { handler: InProcessHandler; module?: never }
    | ({ handler?: never } & Omit<WorkerFunctionDefinition, keyof FunctionDefinition>)
  );

/** By the names of the functions. */
export type FunctionSpecs = Readonly<Record<string, FunctionSpec>>;
