import type { DurableExecutionInvocationOutput } from '../../wire/envelope.js';
import { isRetryableError } from '../base/errors/recognise.js';
import type { Failure, FailurePath } from './settlement.js';

/** The value to return, or an error to throw so that Lambda invokes again. */
export type Ending = DurableExecutionInvocationOutput | { Status: 'RETRYING'; error: unknown };

/** Whether a failure ends the execution or only this invocation. */
export function outcomeOfFailure(error: unknown, path: FailurePath): Failure {
  return { kind: isRetryableError(error) ? 'retried' : 'failed', error, path };
}

/**
 * Returns to the Lambda runtime: the only place where an invocation returns or throws.
 *
 * @throws the failure, so that the service invokes again, if its scope is only this invocation
 */
export function deliver(ending: Ending): DurableExecutionInvocationOutput {
  if (ending.Status === 'RETRYING') throw ending.error;
  return ending;
}
