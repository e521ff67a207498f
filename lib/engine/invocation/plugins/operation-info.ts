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

/** What is known of an operation before anything is recorded of it. */
export function infoOfCall({ id, name, type, subType, parentId }: CalledOperation): OperationInfo {
  return { id: id.wire, name, type, subType, parentId, isReplay: false };
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

const NOTHING_RECORDED: OperationInfo = {
  id: '',
  name: undefined,
  type: '',
  subType: undefined,
  parentId: undefined,
  status: undefined,
  startTimestamp: undefined,
  endTimestamp: undefined,
  result: undefined,
  error: undefined,
  attempt: undefined,
  isReplay: false,
};

/** The record of a called operation, if there is one, combined with the call. */
export function infoOfCallAndRecord(called: CalledOperation, record: Operation | undefined): OperationInfo {
  const { id, name, type, subType, parentId } = called;
  if (!record) return { ...NOTHING_RECORDED, id: id.wire, name, type, subType, parentId };
  const info = infoOfRecord(record);
  return { ...info, name: info.name ?? name, subType: info.subType ?? subType, parentId: info.parentId ?? parentId };
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
