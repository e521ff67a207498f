import { invalidParameter } from '../core/service-error.js';

/** The operations of the durable API that this service supports, by their names in the API's model. */
export const ApiName = {
  INVOKE: 'Invoke',
  CHECKPOINT: 'CheckpointDurableExecution',
  STATE: 'GetDurableExecutionState',
  GET: 'GetDurableExecution',
  HISTORY: 'GetDurableExecutionHistory',
  LIST: 'ListDurableExecutionsByFunction',
  STOP: 'StopDurableExecution',
  PAUSE: 'PauseDurableExecution',
  RESUME: 'ResumeDurableExecution',
  DELETE: 'DeleteDurableExecution',
  CALLBACK_SUCCESS: 'SendDurableExecutionCallbackSuccess',
  CALLBACK_FAILURE: 'SendDurableExecutionCallbackFailure',
  CALLBACK_HEARTBEAT: 'SendDurableExecutionCallbackHeartbeat',
} as const;
export type ApiName = (typeof ApiName)[keyof typeof ApiName];

export interface Route {
  api: ApiName;
  /** What the path names: a function, an execution's ARN or a callback's id. */
  label: string;
}

interface RoutePattern {
  api: ApiName;
  method: 'GET' | 'POST' | 'DELETE';
  prefix: string;
  suffix: string;
}

/**
 * The label is everything between prefix and suffix. So an ARN may be encoded as one segment, as the AWS client sends
 * it, or raw, as people type it. The first matching pattern wins: the bare execution is last.
 */
const PATTERNS: readonly RoutePattern[] = [
  { api: ApiName.INVOKE, method: 'POST', prefix: '/2015-03-31/functions/', suffix: '/invocations' },
  { api: ApiName.LIST, method: 'GET', prefix: '/2025-12-01/functions/', suffix: '/durable-executions' },
  { api: ApiName.CHECKPOINT, method: 'POST', prefix: '/2025-12-01/durable-executions/', suffix: '/checkpoint' },
  { api: ApiName.STOP, method: 'POST', prefix: '/2025-12-01/durable-executions/', suffix: '/stop' },
  { api: ApiName.PAUSE, method: 'POST', prefix: '/2025-12-01/durable-executions/', suffix: '/pause' },
  { api: ApiName.RESUME, method: 'POST', prefix: '/2025-12-01/durable-executions/', suffix: '/resume' },
  { api: ApiName.DELETE, method: 'DELETE', prefix: '/2025-12-01/durable-executions/', suffix: '' },
  { api: ApiName.STATE, method: 'GET', prefix: '/2025-12-01/durable-executions/', suffix: '/state' },
  { api: ApiName.HISTORY, method: 'GET', prefix: '/2025-12-01/durable-executions/', suffix: '/history' },
  { api: ApiName.GET, method: 'GET', prefix: '/2025-12-01/durable-executions/', suffix: '' },
  {
    api: ApiName.CALLBACK_SUCCESS,
    method: 'POST',
    prefix: '/2025-12-01/durable-execution-callbacks/',
    suffix: '/succeed',
  },
  {
    api: ApiName.CALLBACK_FAILURE,
    method: 'POST',
    prefix: '/2025-12-01/durable-execution-callbacks/',
    suffix: '/fail',
  },
  {
    api: ApiName.CALLBACK_HEARTBEAT,
    method: 'POST',
    prefix: '/2025-12-01/durable-execution-callbacks/',
    suffix: '/heartbeat',
  },
];

/** @param path not decoded, without the query */
export function routeOf(method: string, path: string): Route | undefined {
  for (const pattern of PATTERNS) {
    if (pattern.method !== method || !path.startsWith(pattern.prefix) || !path.endsWith(pattern.suffix)) continue;
    const label = path.slice(pattern.prefix.length, path.length - pattern.suffix.length);
    if (label !== '') return { api: pattern.api, label: decode(label) };
  }
  return undefined;
}

function decode(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    throw invalidParameter('The request path is not properly encoded.');
  }
}
