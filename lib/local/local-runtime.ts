import { durableConfigOf } from './core/durable-function-config.js';
import type { FunctionSpecs } from './function-spec.js';
import type {
  FunctionDefinition,
  FunctionInvocation,
  FunctionResult,
  FunctionRuntime,
  QueuedInvocation,
} from './functions/function-runtime.js';
import type { InProcessHandler } from './functions/in-process-functions.js';
import { InProcessFunctions } from './functions/in-process-functions.js';
import type { WorkerFunctionDefinition } from './functions/worker-function-definition.js';
import type { WorkerFunctionsOptions } from './functions/worker-functions-options.js';
import { WorkerFunctions } from './functions/worker-functions.js';

import type { LocalServiceOptions } from './local-service-options.js';
import { FunctionCatalog } from './service/function-catalog.js';

function definitionsOf(specs: FunctionSpecs): FunctionDefinition[] {
  return Object.entries(specs).map(([name, { durable, timeoutSeconds }]) => ({
    name,
    durable: durableConfigOf(durable),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  }));
}

/** The functions of a service, with what runs them. */
export function createCatalog(
  { functions, runtime }: Pick<LocalServiceOptions, 'functions' | 'runtime'>,
  workerOptions: Omit<WorkerFunctionsOptions, 'functions'>,
): FunctionCatalog {
  if (!isDefinitions(functions)) {
    return new FunctionCatalog(definitionsOf(functions), runtime ?? new LocalRuntime(functions, workerOptions));
  }
  if (!runtime) throw new TypeError('Functions given as a list need a `runtime` that runs them.');
  return new FunctionCatalog(functions, runtime);
}

function isDefinitions(functions: LocalServiceOptions['functions']): functions is readonly FunctionDefinition[] {
  return Array.isArray(functions);
}

/** Runs each function as it is registered: in this process or in workers. */
export class LocalRuntime implements FunctionRuntime {
  readonly #inProcess: InProcessFunctions;
  readonly #workers: WorkerFunctions;
  readonly #workerNames: ReadonlySet<string>;

  constructor(specs: FunctionSpecs, workerOptions: Omit<WorkerFunctionsOptions, 'functions'>) {
    const handlers: Record<string, InProcessHandler> = {};
    const functions: WorkerFunctionDefinition[] = [];
    for (const [name, spec] of Object.entries(specs)) {
      if (spec.handler) handlers[name] = spec.handler;
      else functions.push({ ...spec, name, durable: durableConfigOf(spec.durable) });
    }
    this.#inProcess = new InProcessFunctions(handlers);
    this.#workers = new WorkerFunctions({ ...workerOptions, functions });
    this.#workerNames = new Set(functions.map(({ name }) => name));
  }

  invoke(request: FunctionInvocation): Promise<FunctionResult> {
    return this.#workerNames.has(request.functionName)
      ? this.#workers.invoke(request)
      : this.#inProcess.invoke(request);
  }

  async enqueue(queued: QueuedInvocation): Promise<FunctionResult | undefined> {
    if (this.#workerNames.has(queued.functionName)) return this.#workers.enqueue(queued);
    const invocation = queued.begin();
    return invocation && this.#inProcess.invoke(invocation);
  }

  start(): void {
    this.#workers.start();
  }

  async close(): Promise<void> {
    await Promise.all([this.#inProcess.close(), this.#workers.close()]);
  }
}
