import { type DurableExecutionInvocationInput, isDurableEnvelope } from '../../wire/envelope.js';
import type { Operation } from '../../wire/operation.js';
import { NotDurableError } from '../base/errors/context-errors.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { normaliseThrown } from '../base/errors/error-object.js';
import type { LambdaContext } from '../base/lambda-context.js';

/** @throws {NotDurableError} when the function was invoked without a durable execution */
export function assertDurableEnvelope(
  event: unknown,
  lambdaContext: LambdaContext | undefined,
): asserts event is DurableExecutionInvocationInput {
  if (!isDurableEnvelope(event)) throw new NotDurableError(lambdaContext?.functionName, missingIn(event));
}

/** What an event lacks that has the other half of an envelope, such as one that was written by hand. */
function missingIn(event: unknown): string | undefined {
  const { DurableExecutionArn, CheckpointToken } = Object(event) as Partial<DurableExecutionInvocationInput>;
  const hasArn = typeof DurableExecutionArn === 'string' && DurableExecutionArn !== '';
  if (hasArn) return 'CheckpointToken';
  return CheckpointToken ? 'DurableExecutionArn' : undefined;
}

/**
 * The handler's input, as at the start of the execution. It never passes through a serdes: the caller knew nothing of
 * one. A blank payload, as of a chained invoke without an input, is an empty object.
 *
 * @throws {ExecutionError} when the payload is not JSON, because it never will be
 */
export function inputOf(execution: Operation | undefined): unknown {
  const payload = execution?.ExecutionDetails?.InputPayload;
  if (payload === undefined || payload === null || payload.trim() === '') return {};
  try {
    return JSON.parse(payload);
  } catch (error) {
    const { message } = normaliseThrown(error);
    throw new ExecutionError(`The input of the execution is not JSON: ${message}. Start it with a JSON payload.`, {
      cause: error,
    });
  }
}
