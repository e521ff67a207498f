import type { DurableExecutionInvocationOutput } from '../wire/envelope.js';
import type { ErrorObject } from '../wire/operation.js';
import { isRetryableError } from './errors/recognise.js';
import type { FailurePath, Outcome } from './settlement.js';

/** An outcome in the service's words, ready to be answered. */
export type Ending =
  | { kind: 'succeeded'; payload: string | undefined }
  | { kind: 'suspended' }
  | { kind: 'failed'; errorObject: ErrorObject | undefined }
  | { kind: 'retried'; error: unknown };

/** Whether a failure ends the execution or only this invocation. */
export function outcomeOfFailure(error: unknown, path: FailurePath): Outcome {
  return { kind: isRetryableError(error) ? 'retried' : 'failed', error, path };
}

/**
 * Answers the Lambda runtime: the one place where an invocation returns or throws.
 *
 * @throws what failed, so that the service invokes again, when the failure reaches no further than this invocation
 */
export function deliver(ending: Ending): DurableExecutionInvocationOutput {
  switch (ending.kind) {
    case 'succeeded':
      return ending.payload === undefined ? { Status: 'SUCCEEDED' } : { Status: 'SUCCEEDED', Result: ending.payload };
    case 'suspended':
      return { Status: 'PENDING' };
    case 'failed':
      return ending.errorObject === undefined ? { Status: 'FAILED' } : { Status: 'FAILED', Error: ending.errorObject };
    case 'retried':
      throw ending.error;
    default:
      return ending satisfies never;
  }
}
