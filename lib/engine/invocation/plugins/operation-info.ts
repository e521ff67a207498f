import { type ErrorObject, type Operation, resultOf, type WireTimestamp } from '../../../wire/operation.js';
import { toEpochMs } from '../../../wire/timestamp.js';
import type { OperationId } from '../../context/operation-id.js';
import { DurableOperationError } from '../../base/errors/operation-errors.js';
import type { OperationInfo } from './plugin.js';

/** An operation as the code calls it. */
export interface CalledOperation {
  readonly id: OperationId;
  readonly name: string | undefined;
  readonly type: string;
  readonly subType: string;
  /** The id of the nearest recorded context around it. */
  readonly parentId: string | undefined;
  /** Whether it is a context that is not recorded. */
  readonly isVirtual: boolean;
}

/**
 * The info from an operation's record. Created again for every plugin: a plugin that changes it changes only its own
 * copy.
 */
export function infoOfRecord(operation: Operation): OperationInfo {
  const { Id, Name, Type, SubType, ParentId, Status, StartTimestamp, EndTimestamp, StepDetails } = operation;
  const { Result, Error: recorded } = resultOf(operation);
  return {
    id: Id,
    name: Name ?? undefined,
    type: Type,
    subType: SubType ?? undefined,
    parentId: ParentId ?? undefined,
    status: Status,
    startTimestamp: toDate(StartTimestamp),
    endTimestamp: toDate(EndTimestamp),
    result: Result ?? undefined,
    error: recorded && saysAnything(recorded) ? DurableOperationError.fromErrorObject(recorded) : undefined,
    attempt: StepDetails?.Attempt ?? undefined,
    isReplay: false,
  };
}

/** A failure may be reported without any detail, as of a callback: then none is invented. */
function saysAnything(recorded: ErrorObject): boolean {
  return Object.values(recorded).some((detail) => detail !== undefined && detail !== null);
}

/** Records by id, in the form for plugins. */
export function infosOf(operations: Iterable<Operation>): Record<string, OperationInfo> {
  return Object.fromEntries([...operations].map((operation) => [operation.Id, infoOfRecord(operation)]));
}

/** The execution itself is an operation too, which no code calls. */
export function isExecution({ Type }: Operation): boolean {
  return Type === 'EXECUTION';
}

export function toDate(timestamp: WireTimestamp | null | undefined): Date | undefined {
  const epochMs = toEpochMs(timestamp);
  return epochMs === undefined ? undefined : new Date(epochMs);
}
