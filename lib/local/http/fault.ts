import type { ApiName } from './router.js';
import type { Reply } from './reply.js';
import { errorReply } from './reply.js';

/** Errors on demand, each as the real service or a component before it returns it. */
const FAULT_REPLIES = {
  throttled: error('TooManyRequestsException', 429, 'Rate exceeded'),
  'service-error': error('ServiceException', 500, 'The service encountered an internal error.'),
  'bad-gateway': plain(502, '{"message":"Bad gateway"}', 'application/json'),
  'service-unavailable': error('ServiceUnavailableException', 503, 'Service unavailable'),
  'gateway-timeout': plain(504, '{"message":"Endpoint request timed out"}', 'application/json'),
  'empty-500': plain(500, '', 'text/plain'),
  'html-503': plain(503, '<html><body><h1>503 Service Unavailable</h1></body></html>', 'text/html'),
  'kms-access-denied': error(
    'KMSAccessDeniedException',
    502,
    'Lambda was unable to decrypt the durable execution data: access to the KMS key was denied.',
  ),
  'kms-disabled': error(
    'KMSDisabledException',
    502,
    'Lambda was unable to decrypt the durable execution data: the KMS key is disabled.',
  ),
  'kms-invalid-state': error(
    'KMSInvalidStateException',
    502,
    'Lambda was unable to decrypt the durable execution data: the state of the KMS key is not valid.',
  ),
  'kms-not-found': error(
    'KMSNotFoundException',
    502,
    'Lambda was unable to decrypt the durable execution data: the KMS key was not found.',
  ),
  'stale-token': error('InvalidParameterValueException', 400, 'Invalid checkpoint token'),
  'foreign-token': error(
    'InvalidParameterValueException',
    400,
    'Checkpoint token is not valid for the durable execution ARN',
  ),
  validation: error(
    'ValidationException',
    400,
    "1 validation error detected: Value '' at 'updates.1.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ),
  'access-denied': error('AccessDeniedException', 403, 'User is not authorized to perform this operation.'),
  'execution-not-visible': error('ResourceNotFoundException', 404, 'Durable Execution does not exist'),
  'callback-not-visible': error('ResourceNotFoundException', 404, 'The callback does not exist'),
  'not-found': error('ResourceNotFoundException', 404, 'Durable Execution does not exist'),
  conflict: error('ResourceConflictException', 409, 'The operation conflicts with another one.'),
  'too-large': error('RequestTooLargeException', 413, 'Request must be smaller than the limit.'),
} as const;

/** Faults that affect the exchange rather than the response. */
export type ExchangeFault =
  /** The connection breaks; `dropped` before anything was done, `dropped-after` when everything was done. */
  | 'dropped'
  | 'dropped-after'
  /** The checkpoint is accepted, but its response has no token. */
  | 'missing-token'
  /** The call succeeds, but later. */
  | 'delay';

export type FaultKind = keyof typeof FAULT_REPLIES | ExchangeFault;

export const FAULT_KINDS: readonly FaultKind[] = [
  ...(Object.keys(FAULT_REPLIES) as (keyof typeof FAULT_REPLIES)[]),
  'dropped',
  'dropped-after',
  'missing-token',
  'delay',
];

/** Which calls fail, and how. */
export interface FaultRule {
  kind: FaultKind;
  /** Message instead of the usual one. */
  message?: string;
  /** @defaultValue every operation of the API */
  api?: ApiName;
  /** ARN or name of an execution. @defaultValue all */
  execution?: string;
  /** The first matching call that fails, from 1. @defaultValue 1 */
  nth?: number;
  /** How many calls fail. @defaultValue 1, without limit with `share` */
  times?: number;
  /** Share of the matching calls that fail, above 0 and up to 1, selected at random. @defaultValue 1 */
  share?: number;
  /** For `delay`: milliseconds of real time. @defaultValue 1000 */
  delayMs?: number;
  /**
   * Seconds of the service's time before the rule takes effect. A disabled KMS key shows only when the data key is
   * fetched again, which Lambda caches for up to 15 minutes: 900. @defaultValue 0
   */
  afterSeconds?: number;
  /**
   * For `execution-not-visible` and `callback-not-visible`: how many seconds of the service's time after its start an
   * execution, or a callback, cannot be found. These faults occur without limit unless `times` is set.
   * @defaultValue 1
   */
  invisibleSeconds?: number;
}

/** The response of a fault; `undefined` for faults of the exchange. */
export function faultReply({ kind, message }: FaultRule): Reply | undefined {
  const make = (FAULT_REPLIES as Partial<Record<FaultKind, (message: string | undefined) => Reply>>)[kind];
  return make?.(message);
}

function error(code: string, httpStatus: number, usual: string): (message: string | undefined) => Reply {
  return (message = usual) => errorReply({ code, httpStatus, message });
}

function plain(status: number, body: string, contentType: string): () => Reply {
  return () => ({ status, headers: { 'content-type': contentType }, body });
}
