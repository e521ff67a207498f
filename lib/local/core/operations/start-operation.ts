import type { Operation, OperationUpdate } from '../../../wire/operation.js';
import { OperationStatus } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import { invalidParameter } from '../service-error.js';

/** The record of an operation that starts now. */
export function newOperation(draft: Draft, update: OperationUpdate): Operation {
  assertRoom(draft);
  const { Id, Type, ParentId, Name, SubType } = update;
  const operation: Operation = { Id, Type, Status: OperationStatus.STARTED, StartTimestamp: draft.nowMs };
  if (ParentId !== undefined) operation.ParentId = ParentId;
  if (Name !== undefined) operation.Name = Name;
  if (SubType !== undefined) operation.SubType = SubType;
  return operation;
}

/** @throws {ServiceError} when an operation with this id exists already */
export function assertAbsent(existing: object | undefined, { Type }: OperationUpdate): void {
  if (existing) throw invalidParameter(`Cannot start a ${Type} that already exist.`);
}

function assertRoom(draft: Draft): void {
  const { operationsPerExecution } = draft.env.limits;
  if (draft.operationCount <= operationsPerExecution) return;
  throw invalidParameter(`A durable execution cannot have more than ${operationsPerExecution} operations.`);
}
