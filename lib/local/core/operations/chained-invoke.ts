import type { ErrorObject, Operation, OperationStatus, OperationUpdate } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import type { TargetFunction } from '../environment.js';
import type { ChainedTarget, OperationRecord } from '../execution-state.js';
import type { FunctionReference } from '../function-name.js';
import { UNQUALIFIED_MESSAGE, functionArnOf, parseFunctionReference, versionOf } from '../function-name.js';
import type { OperationEventType } from '../history-event.js';
import { eventData } from '../history-event.js';
import { invalidParameter } from '../service-error.js';
import { describeStart } from '../start-execution.js';
import type { ActionTable } from './action-table.js';
import { assertAbsent, newOperation } from './start-operation.js';

export const CHAINED_INVOKE_ACTIONS: ActionTable = { START: start };

function start(draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined): void {
  assertAbsent(existing, update);
  const options = update.ChainedInvokeOptions;
  if (!options) throw invalidParameter('Update for CHAINED_INVOKE operation requires ChainedInvokeOptions.');
  const reference = parseFunctionReference(options.FunctionName);
  assertWithinAccount(draft, reference);
  const operation = newOperation(draft, update);
  const found = resolve(draft, reference);
  if ('error' in found) return failAtOnce(draft, update, { operation, error: found.error });
  const target: ChainedTarget = {
    functionName: found.definition.name,
    version: versionOf(reference.qualifier),
    input: update.Payload,
    tenantId: options.TenantId,
    traceId: options.XAmznTraceId ?? draft.before.start.traceId,
  };
  if (found.definition.durable) startChild(draft, update, { operation, definition: found.definition, target });
  else startPlain(draft, update, { operation, target });
}

function assertWithinAccount({ env }: Draft, { region, accountId }: FunctionReference): void {
  if (accountId !== undefined && accountId !== env.accountId) {
    throw invalidParameter('Cannot start a CHAINED_INVOKE on a function in another account.');
  }
  if (region !== undefined && region !== env.region) {
    throw invalidParameter('Cannot start a CHAINED_INVOKE on a function in another region.');
  }
}

type Resolution = { definition: TargetFunction } | { error: ErrorObject };

function resolve({ env }: Draft, { name, qualifier }: FunctionReference): Resolution {
  const definition = env.findFunction(name);
  if (!definition) {
    const arn = `${functionArnOf(env, name)}:${qualifier ?? '$LATEST'}`;
    return { error: { ErrorType: 'ResourceNotFoundException', ErrorMessage: `Function not found: ${arn}` } };
  }
  if (definition.durable && qualifier === undefined) {
    return { error: { ErrorType: 'InvalidParameterValueException', ErrorMessage: UNQUALIFIED_MESSAGE } };
  }
  return { definition };
}

function failAtOnce(draft: Draft, update: OperationUpdate, failed: { operation: Operation; error: ErrorObject }): void {
  const { operation, error } = failed;
  const record = draft.create({
    ...operation,
    Status: 'FAILED',
    EndTimestamp: draft.nowMs,
    ChainedInvokeDetails: { Error: error },
  });
  draft.recordOperation('ChainedInvokeStarted', record, { FunctionName: functionNameOf(update) });
  draft.recordOperation('ChainedInvokeFailed', record, { Error: eventData(error) });
}

function startPlain(
  draft: Draft,
  update: OperationUpdate,
  started: { operation: Operation; target: ChainedTarget },
): void {
  const { operation, target } = started;
  const record = draft.create({ ...operation, ChainedInvokeDetails: {} }, { target });
  draft.recordOperation('ChainedInvokeStarted', record, { ...startedDetails(update, target) });
  draft.effect({ kind: 'run-target', operationId: operation.Id, target });
}

function startChild(
  draft: Draft,
  update: OperationUpdate,
  started: { operation: Operation; target: ChainedTarget; definition: TargetFunction },
): void {
  const { operation, target, definition } = started;
  const child = describeStart(draft.env, {
    target: definition,
    version: target.version,
    input: target.input,
    synchronous: false,
    traceId: target.traceId,
    tenantId: target.tenantId,
    parent: { executionId: draft.before.start.id, operationId: operation.Id },
  });
  const record = draft.create({ ...operation, ChainedInvokeDetails: {} }, { target: { ...target, childId: child.id } });
  draft.recordOperation('ChainedInvokeStarted', record, {
    ...startedDetails(update, target),
    DurableExecutionArn: child.arn,
  });
  draft.effect({ kind: 'start-child', start: child });
}

function startedDetails(update: OperationUpdate, { input, tenantId, version }: ChainedTarget) {
  return {
    FunctionName: functionNameOf(update),
    ...(tenantId === undefined ? {} : { TenantId: tenantId }),
    ...(input === undefined ? {} : { Input: eventData(input) }),
    ExecutedVersion: version,
  };
}

function functionNameOf({ ChainedInvokeOptions }: OperationUpdate): string {
  return ChainedInvokeOptions?.FunctionName ?? '';
}

/** The outcome of the invoked function. */
export type ChainedOutcome =
  | { status: 'SUCCEEDED'; result: string | undefined }
  | { status: 'FAILED' | 'STOPPED' | 'TIMED_OUT'; error: ErrorObject };

const CLOSING_EVENTS: Readonly<Record<ChainedOutcome['status'], OperationEventType>> = {
  SUCCEEDED: 'ChainedInvokeSucceeded',
  FAILED: 'ChainedInvokeFailed',
  STOPPED: 'ChainedInvokeStopped',
  TIMED_OUT: 'ChainedInvokeTimedOut',
};

/** The invoked function ended; an output over the limit counts as a failure. */
export function completeChained(draft: Draft, existing: OperationRecord, outcome: ChainedOutcome): void {
  const checked = withinLimit(draft, outcome);
  const details = checked.status === 'SUCCEEDED' ? resultOf(checked.result) : { Error: checked.error };
  const operation: Operation = {
    ...existing.operation,
    Status: checked.status satisfies OperationStatus,
    EndTimestamp: draft.nowMs,
    ChainedInvokeDetails: details,
  };
  const record = { index: existing.index, operation };
  draft.replaceFromOutside(record);
  const event =
    checked.status === 'SUCCEEDED' ? { Result: eventData(checked.result) } : { Error: eventData(checked.error) };
  draft.recordOperation(CLOSING_EVENTS[checked.status], record, event);
}

function resultOf(result: string | undefined): { Result?: string } {
  return result === undefined ? {} : { Result: result };
}

function withinLimit({ env }: Draft, outcome: ChainedOutcome): ChainedOutcome {
  const limit = env.limits.chainedPayloadBytes;
  if (outcome.status !== 'SUCCEEDED' || Buffer.byteLength(outcome.result ?? '') <= limit) return outcome;
  const ErrorMessage = `CHAINED_INVOKE output payload size must be less than or equal to ${limit} bytes.`;
  return { status: 'FAILED', error: { ErrorType: 'InvalidParameterValueException', ErrorMessage } };
}
