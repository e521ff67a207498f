import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

/** Status codes of gRPC, which mean nothing without the marks of the library. */
const REFUSED = [1, 3, 5, 6, 7, 9, 11, 12, 15, 16];
const TRY_LATER = [8, 10];
const UNKNOWN_OUTCOME = [2, 4, 13, 14];

export const rpcRules: readonly BuiltInRule[] = [
  {
    id: 'grpc-try-later',
    verdict: 'transient',
    when: 'gRPC RESOURCE_EXHAUSTED, ABORTED',
    matches: (error) => TRY_LATER.includes(grpcCode(error)),
  },
  {
    id: 'grpc-unanswered',
    verdict: 'ambiguous',
    when: 'gRPC UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE: none promises that nothing has run',
    matches: (error) => UNKNOWN_OUTCOME.includes(grpcCode(error)),
  },
  {
    id: 'grpc-refused',
    verdict: 'permanent',
    when: 'gRPC: any other status, such as INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, CANCELLED',
    matches: (error) => REFUSED.includes(grpcCode(error)),
  },
];

/** 0 (OK) where the error is none of gRPC. */
function grpcCode(error: ErrorLink): number {
  const code = error.number('code') ?? 0;
  const hasMarks = typeof error.get('details') === 'string' && error.isObject('metadata');
  return hasMarks || new RegExp(`^${code} [A-Z_]{2,}:`).test(error.message) ? code : 0;
}
