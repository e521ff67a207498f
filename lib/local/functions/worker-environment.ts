import { basename, extname } from 'node:path';
import type { WorkerFunction } from './worker-function-definition.js';

/** What all workers of a runtime share. */
export interface WorkerSurroundings {
  /** URL of the local service, for the function's own AWS client. */
  serviceEndpoint: string;
  region: string;
  /** Working directory and task root of the functions. */
  baseDirectory: string;
  /** The service's own environment. */
  inherited: NodeJS.ProcessEnv;
}

/** What distinguishes one worker from another. */
export interface WorkerIdentity {
  /** The value of `AWS_LAMBDA_RUNTIME_API`. */
  runtimeApiAddress: string;
  /** Names the worker's log stream. */
  workerId: string;
}

/**
 * The environment of a worker. It is the service's own environment without AWS variables, so that no local function
 * reaches a real account by accident. Then come Lambda's variables, and then the function's own, which may override
 * region, credentials and endpoint but, as on Lambda, not the reserved names.
 */
export function workerEnvironment(
  fn: WorkerFunction,
  surroundings: WorkerSurroundings,
  identity: WorkerIdentity,
): NodeJS.ProcessEnv {
  return {
    ...withoutAws(surroundings.inherited),
    TZ: 'UTC',
    AWS_REGION: surroundings.region,
    AWS_DEFAULT_REGION: surroundings.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_LAMBDA: surroundings.serviceEndpoint,
    LAMBDA_TASK_ROOT: surroundings.baseDirectory,
    ...fn.environment,
    ...reserved(fn, identity),
  };
}

function reserved(fn: WorkerFunction, { runtimeApiAddress, workerId }: WorkerIdentity): NodeJS.ProcessEnv {
  return {
    _HANDLER: `${basename(fn.modulePath, extname(fn.modulePath))}.${fn.exportName}`,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `[$LATEST]${workerId}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApiAddress,
  };
}

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS_|_X_AMZN_)/.test(name)));
}
