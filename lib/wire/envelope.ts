import type { ErrorObject, WireOperation } from './operation.js';

/** The event with which the service invokes a durable function (docs/protocol.md#the-invocation-event). */
export interface DurableExecutionInvocationInput {
  DurableExecutionArn: string;
  CheckpointToken: string;
  InitialExecutionState: {
    Operations: WireOperation[];
    NextMarker?: string | undefined;
  };
  /** Operations that changed since the last successful invocation; for logs only, never for correctness. */
  UpdatedOperationIds?: string[];
}

export const InvocationStatus = {
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  PENDING: 'PENDING',
} as const;
export type InvocationStatus = (typeof InvocationStatus)[keyof typeof InvocationStatus];

export type DurableExecutionInvocationOutput =
  | { Status: 'SUCCEEDED'; Result?: string }
  /** Without `Error` at run time if the error was too large for a response, and was saved separately. */
  | { Status: 'FAILED'; Error: ErrorObject }
  | { Status: 'PENDING' };

/** Whether a Lambda event is a durable envelope, whatever other members it has. */
export function isDurableEnvelope(event: unknown): event is DurableExecutionInvocationInput {
  if (typeof event !== 'object' || event === null) return false;
  const { DurableExecutionArn, CheckpointToken } = event as Partial<DurableExecutionInvocationInput>;
  return isFilled(DurableExecutionArn) && isFilled(CheckpointToken);
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
