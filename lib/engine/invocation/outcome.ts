import type { DurableExecutionInvocationOutput } from '../../wire/envelope.js';
import { isRetryableError } from '../base/errors/recognise.js';
import type { Failure, FailurePath } from './settlement.js';

/** What is answered, or thrown so that Lambda invokes again. */
export type Ending = DurableExecutionInvocationOutput | { Status: 'RETRYING'; error: unknown };

/** Whether a failure ends the execution or only this invocation. */
export function outcomeOfFailure(error: unknown, path: FailurePath): Failure {
  return { kind: isRetryableError(error) ? 'retried' : 'failed', error, path };
}

/**
 * Answers the Lambda runtime: the one place where an invocation returns or throws.
 *
 * @throws what failed, so that the service invokes again, when the failure reaches no further than this invocation
 */
export function deliver(ending: Ending): DurableExecutionInvocationOutput {
  if (ending.Status === 'RETRYING') throw ending.error;
  return ending;
}
