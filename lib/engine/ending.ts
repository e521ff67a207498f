import { RESPONSE_BYTES } from '../wire/limits.js';
import { executionIdOf } from '../wire/durable-execution-arn.js';
import type { ErrorObject, OperationUpdate } from '../wire/operation.js';
import { toErrorObject } from './errors/error-object.js';
import { fitErrorObject } from './errors/recorded-error.js';
import type { Invocation } from './invocation.js';
import { logDecision } from './logging/decision-log.js';
import type { Ending } from './outcome.js';
import { encodeJson } from './serdes/conversion.js';
import type { Outcome } from './settlement.js';

/**
 * Saves everything, then turns the outcome into the ending that is answered. A failure on the way, also of what was
 * queued before the handler returned and of the checkpoint of an oversized result, becomes the outcome instead.
 */
export async function endInvocation(invocation: Invocation): Promise<Ending> {
  invocation.stop();
  await invocation.checkpointer.drain();
  const ending = await endingOf(invocation);
  invocation.checkpointer.close();
  logFailure(invocation);
  return ending;
}

/** The ending of an outcome of which nothing is left to save. */
export function endingOfFailure(failure: Extract<Outcome, { error: unknown }>): Ending {
  return failure.kind === 'retried'
    ? { kind: 'retried', error: failure.error }
    : { kind: 'failed', errorObject: toErrorObject(failure.error) };
}

async function endingOf(invocation: Invocation): Promise<Ending> {
  const outcome = invocation.settlement.outcome!;
  switch (outcome.kind) {
    case 'succeeded':
      return succeed(invocation, outcome.value);
    case 'suspended':
      return { kind: 'suspended' };
    case 'failed':
      return fail(invocation, outcome);
    case 'retried':
      return endingOfFailure(outcome);
    default:
      return outcome satisfies never;
  }
}

async function succeed(invocation: Invocation, value: unknown): Promise<Ending> {
  let payload: string | undefined;
  try {
    payload = encodeJson(value, { label: 'the handler' });
  } catch (error) {
    invocation.fault(error, 'user-code');
    return endingOf(invocation);
  }
  if (payload === undefined || fitsResponse({ Status: 'SUCCEEDED', Result: payload }, payload.length)) {
    return { kind: 'succeeded', payload };
  }
  return (await closeExecution(invocation, { Action: 'SUCCEED', Payload: payload }))
    ? { kind: 'succeeded', payload: '' }
    : endingOf(invocation);
}

async function fail(invocation: Invocation, failure: Extract<Outcome, { kind: 'failed' }>): Promise<Ending> {
  const errorObject = toErrorObject(failure.error);
  if (invocation.checkpointer.isClosed || fitsResponse({ Status: 'FAILED', Error: errorObject })) {
    return { kind: 'failed', errorObject: fitErrorObject(errorObject) };
  }
  return (await closeExecution(invocation, { Action: 'FAIL', Error: fitErrorObject(errorObject) }))
    ? { kind: 'failed', errorObject: undefined }
    : endingOf(invocation);
}

/**
 * Closes the execution by a checkpoint, for what does not fit into the response (PROTOCOL §1.5).
 * @returns whether it is saved; otherwise the invocation has another outcome now
 */
async function closeExecution(invocation: Invocation, content: Pick<OperationUpdate, 'Action' | 'Payload' | 'Error'>) {
  const { checkpointer, arn } = invocation;
  checkpointer.save({ Id: executionIdOf(arn), Type: 'EXECUTION', ...content });
  await checkpointer.drain();
  return !checkpointer.isClosed;
}

/** @param characters - length of the longest text, which at worst grows sixfold: most responses need no measuring */
function fitsResponse(
  response: { Result?: string; Status: string; Error?: ErrorObject },
  characters?: number,
): boolean {
  if (characters !== undefined && characters * 6 < RESPONSE_BYTES) return true;
  return Buffer.byteLength(JSON.stringify(response)) <= RESPONSE_BYTES;
}

/** Only when the ending is known: saving it may have failed, which is another decision. */
function logFailure({ settlement: { outcome }, logger, arn, requestId }: Invocation): void {
  if (outcome?.kind !== 'failed' && outcome?.kind !== 'retried') return;
  logDecision(logger, outcome, { executionArn: arn, requestId });
}
