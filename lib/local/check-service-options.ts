import type { DurableFunctionConfig } from './core/durable-function-config.js';
import { DEFAULT_LIMITS } from './core/limits.js';
import { DEFAULT_RETRY_POLICY } from './core/retry-policy.js';
import {
  amount,
  callable,
  either,
  flag,
  limit,
  object,
  optional,
  positiveNumber,
  record,
  text,
  wholeNumber,
} from './functions/config/config-checks.js';
import type { Check } from './functions/config/config-checks.js';
import { functionName } from './functions/config/config-schema.js';
import {
  clock,
  environment,
  functionsOfRuntime,
  hosts,
  runtime,
  workerOptions,
  workerSettings,
} from './functions/config/service-options-schema.js';
import type { WorkerFunctionDefinition } from './functions/worker-function-definition.js';
import type { WorkerFunctionsOptions } from './functions/worker-functions-options.js';
import type { LocalServiceOptions } from './local-service-options.js';

/** It counts nowhere, or is checked elsewhere. */
const given: Check = () => undefined;
const port = wholeNumber(0, 65_535);

const durable: Readonly<Record<keyof DurableFunctionConfig, Check>> = {
  executionTimeoutSeconds: positiveNumber,
  retentionPeriodInDays: optional(positiveNumber),
  kmsKeyArn: optional(text()),
};

/** Of every function. Tests may use fractions of a second. A definition may still have its name: the key counts. */
const common = {
  name: optional(given),
  durable: optional(either(flag, object(durable))),
  timeoutSeconds: optional(limit),
};

const inProcess = object({ ...common, handler: callable, module: optional(given) });

const inWorkersMembers = {
  ...common,
  module: text(),
  handler: optional(given),
  export: optional(text()),
  environment: optional(environment),
  concurrency: optional(limit),
  memorySizeMb: optional(positiveNumber),
  lambdaNodeFlags: optional(flag),
  inspectPort: optional(port),
} satisfies Record<keyof WorkerFunctionDefinition | 'handler', Check>;

const inWorkers = object(inWorkersMembers);

const functionSpec: Check = (value, key) => {
  const { handler, module } = Object(value) as { handler?: unknown; module?: unknown };
  if (handler !== undefined && module !== undefined) return `${key} has a handler and a module; give one of them`;
  if (handler !== undefined) return inProcess(value, key);
  return module === undefined ? `${key} must have a handler or a module` : inWorkers(value, key);
};

const OPTIONS: Readonly<Record<Exclude<keyof LocalServiceOptions, 'functions' | 'runtime'>, Check>> = {
  host: optional(text()),
  port: optional(port),
  allowedHosts: optional(hosts),
  timeScale: optional(positiveNumber),
  skipTime: optional(flag),
  clock: optional(clock),
  dataDirectory: optional(text()),
  limits: optional(object(allOf(DEFAULT_LIMITS))),
  retryPolicy: optional(object(allOf(DEFAULT_RETRY_POLICY))),
  region: optional(text()),
  accountId: optional(text(/^\d{12}$/, 'a text of twelve digits')),
  includeExecutionData: optional(flag),
  random: optional(callable),
  onFailure: optional(callable),
  log: optional(callable),
  workers: optional(object(workerSettings)),
};

/** @throws {TypeError} that names an option that does not exist or has a wrong value */
export function assertServiceOptions(options: LocalServiceOptions): void {
  const functions = options?.runtime ? functionsOfRuntime : record(functionName, functionSpec);
  const problem = object({ ...OPTIONS, functions, runtime: optional(runtime) })(options, 'options');
  if (problem !== undefined) throw new TypeError(`startLocalService(): ${problem.replaceAll('options.', '')}.`);
}

/** @throws {TypeError} that names an option that does not exist or has a wrong value */
export function assertWorkerOptions(options: WorkerFunctionsOptions): void {
  const problem = workerOptions(object({ ...inWorkersMembers, name: functionName }))(options, 'options');
  if (problem !== undefined) throw new TypeError(`WorkerFunctions: ${problem.replaceAll('options.', '')}.`);
}

function allOf(amounts: object): Record<string, Check> {
  return Object.fromEntries(Object.keys(amounts).map((key) => [key, optional(amount)]));
}
