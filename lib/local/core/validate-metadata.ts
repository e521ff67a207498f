import type { Operation, OperationUpdate } from '../../wire/operation.js';
import { OperationType } from '../../wire/operation.js';
import type { Draft } from './draft.js';
import { invalidParameter } from './service-error.js';

export function validateParent(draft: Draft, { ParentId }: OperationUpdate): void {
  if (ParentId === undefined) return;
  if (draft.find(ParentId)?.operation.Type !== OperationType.CONTEXT)
    throw invalidParameter('Invalid parent operation id.');
}

/** What an update repeats of its operation must equal the record; omitted members are not compared. */
export function validateMetadata(recorded: Operation, update: OperationUpdate): void {
  if (update.Type !== recorded.Type) throw invalidParameter('Inconsistent operation type.');
  if (differs(update.SubType, recorded.SubType)) throw invalidParameter('Inconsistent operation subtype.');
  if (differs(update.Name, recorded.Name)) throw invalidParameter('Inconsistent operation name.');
  if (differs(update.ParentId, recorded.ParentId)) throw invalidParameter('Inconsistent parent operation id.');
}

function differs(given: string | undefined, recorded: string | undefined): boolean {
  return given !== undefined && given !== recorded;
}
