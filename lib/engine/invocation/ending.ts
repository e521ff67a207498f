import { RESPONSE_BYTES } from '../../wire/limits.js';
import { executionIdOf } from '../../wire/durable-execution-arn.js';
import type { OperationUpdate } from '../../wire/operation.js';
import { toErrorObject } from '../base/errors/error-object.js';
import { fitErrorObject } from '../base/errors/recorded-error.js';
import { isDurableApiError } from '../base/errors/recognise.js';
import type { Invocation } from './invocation.js';
import { failureOf, tellExecutionFailed } from './failure-hooks.js';
import { logDecision } from '../context/logging/decision-log.js';
import type { Ending } from './outcome.js';
import { UnsavableValueError } from '../base/errors/unsavable-value-error.js';
import { type Encoded, isUnsavable } from '../base/serdes/conversion.js';
import { encodeJson } from '../base/serdes/json.js';
import type { Failure } from './settlement.js';

/**
 * Saves everything, then turns the outcome into the ending to return. A failure on the way becomes the outcome instead,
 * also a failure of updates that were queued before the handler returned, or of the checkpoint of an oversized result.
 */
export async function endInvocation(invocation: Invocation): Promise<Ending> {
  invocation.stop();
  await invocation.checkpointer.drain();
  await countFailure(invocation);
  const hooks = invocation.endHooks.take({ isSuspended: invocation.settlement.outcome?.kind === 'suspended' });
  if (hooks.length > 0) await (await import('./run-end-hooks.js')).runEndHooks(invocation, hooks);
  const ending = await endingOf(invocation);
  invocation.checkpointer.close();
  await tellFailure(invocation);
  return ending;
}

/** Counts the error of an invocation that will be repeated, unless the durable API itself has failed. */
async function countFailure(invocation: Invocation): Promise<void> {
  const { settlement, maxFailedInvocations, checkpointer } = invocation;
  const { outcome } = settlement;
  if (outcome?.kind !== 'retried') return;
  if (checkpointer.isClosed || isDurableApiError(outcome.error)) return tellUnsaved(invocation, outcome.error);
  if (maxFailedInvocations === false) return;
  const { countFailedInvocation } = await import('./failed-invocations/count-failed-invocation.js');
  await countFailedInvocation(invocation, outcome.error, maxFailedInvocations);
}

/** The next invocation cannot tell attempts whose end is not recorded from those that were cut off: so they count as such. */
function tellUnsaved(invocation: Invocation, error: unknown): void {
  const isSuperseded = isDurableApiError(error) && error.isStaleToken;
  if (!invocation.config.countInterruptedAttempts || isSuperseded) return;
  const open = [...invocation.state.all()].filter(({ Type, Status }) => Type === 'STEP' && Status === 'STARTED');
  if (open.length === 0) return;
  const names = open.map(({ Name, Id }) => JSON.stringify(Name ?? Id)).join(', ');
  invocation.warn(
    `The durable API has failed, so no result of these steps is recorded: ${names}. Their attempts count as interrupted, also if ` +
      'their bodies have ended, and run again.',
  );
}

/** The ending of an outcome that is completely saved. */
export function endingOfFailure({ kind, error }: Failure): Ending {
  return kind === 'retried' ? { Status: 'RETRYING', error } : { Status: 'FAILED', Error: toErrorObject(error) };
}

async function endingOf(invocation: Invocation): Promise<Ending> {
  const outcome = invocation.settlement.outcome!;
  switch (outcome.kind) {
    case 'succeeded':
      return succeed(invocation, outcome.value);
    case 'suspended':
      return { Status: 'PENDING' };
    case 'failed':
      return fail(invocation, outcome.error);
    case 'retried':
      return endingOfFailure(outcome);
    default:
      return outcome satisfies never;
  }
}

/** The result of a handler as text, or the error with which it fails the execution. */
export function encodeResult(value: unknown): Encoded {
  const encoded = encodeJson(value);
  return isUnsavable(encoded) ? UnsavableValueError.of('The result of the handler', encoded) : encoded;
}

async function succeed(invocation: Invocation, value: unknown): Promise<Ending> {
  const payload = encodeResult(value);
  if (isUnsavable(payload)) {
    invocation.fault(payload, 'user-code');
    return endingOf(invocation);
  }
  if (payload === undefined) return { Status: 'SUCCEEDED' };
  const response: Ending = { Status: 'SUCCEEDED', Result: payload };
  // In the worst case a text grows sixfold: most need no measuring.
  if (payload.length * 6 < RESPONSE_BYTES || fitsResponse(response)) return response;
  return closeExecution(invocation, { Action: 'SUCCEED', Payload: payload }, { Status: 'SUCCEEDED', Result: '' });
}

async function fail(invocation: Invocation, error: unknown): Promise<Ending> {
  const errorObject = toErrorObject(error, await invocation.errorKnowledge());
  const response: Ending = { Status: 'FAILED', Error: fitErrorObject(errorObject) };
  if (invocation.checkpointer.isClosed || fitsResponse({ ...response, Error: errorObject })) return response;
  return closeExecution(invocation, { Action: 'FAIL', Error: response.Error }, { Status: 'FAILED' } as Ending);
}

/**
 * Closes the execution by a checkpoint, for a result that does not fit into the response.
 * @returns `closed`, once it is saved; if it cannot be saved, the invocation has another outcome now
 */
async function closeExecution(
  invocation: Invocation,
  content: Pick<OperationUpdate, 'Action' | 'Payload' | 'Error'>,
  closed: Ending,
): Promise<Ending> {
  const { checkpointer, arn } = invocation;
  checkpointer.save({ Id: executionIdOf(arn), Type: 'EXECUTION', ...content });
  await checkpointer.drain();
  return checkpointer.isClosed ? endingOf(invocation) : closed;
}

function fitsResponse(response: Ending): boolean {
  return Buffer.byteLength(JSON.stringify(response)) <= RESPONSE_BYTES;
}

/** Called only when the ending is known: saving it may have failed, which is another decision. */
async function tellFailure(invocation: Invocation): Promise<void> {
  const { settlement, logger, config } = invocation;
  const { outcome } = settlement;
  if (!outcome || !('error' in outcome)) return;
  const subject = { executionArn: invocation.arn, requestId: invocation.requestId };
  logDecision(logger, { ...outcome, known: await invocation.errorKnowledge() }, subject);
  if (outcome.kind === 'retried' || !config.onExecutionFailed) return;
  await tellExecutionFailed(invocation, failureOf(outcome.error, subject));
}
