import {
  type Operation,
  type OperationStatus,
  resultOf,
  type StepDetails,
  type WireTimestamp,
} from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import type { OperationId } from '../context/operation-id.js';
import { DurableOperationError } from '../errors/operation-errors.js';
import type { OperationInfo } from './plugin.js';

/** An operation as the code calls it. */
export interface CalledOperation {
  readonly id: OperationId;
  readonly name: string | undefined;
  readonly type: string;
  readonly subType: string;
  /** The id of the nearest recorded context around it. */
  readonly parentId: string | undefined;
  /** Whether it is a context of which nothing is recorded. */
  readonly isVirtual: boolean;
}

/** What is known of an operation before anything is recorded of it. */
export function infoOfCall({ id, name, type, subType, parentId }: CalledOperation): OperationInfo {
  return { id: id.wire, ...defined({ name }), type, subType, ...defined({ parentId }), isReplay: false };
}

/** What is recorded of an operation. Made anew for every plugin: one that changes it changes only its own. */
export function infoOfRecord(operation: Operation): OperationInfo {
  const { Id, Name, Type, SubType, ParentId, Status, StartTimestamp, EndTimestamp, StepDetails } = operation;
  const { Result, Error: recorded } = resultOf(operation);
  return {
    id: Id,
    type: Type,
    status: Status,
    isReplay: false,
    ...defined({
      name: Name,
      subType: SubType,
      parentId: ParentId,
      startTimestamp: toDate(StartTimestamp),
      endTimestamp: toDate(EndTimestamp),
      result: Result,
      error: recorded && DurableOperationError.fromErrorObject(recorded),
      attempt: Type === 'STEP' ? attemptOf(Status, StepDetails) : undefined,
    }),
  };
}

/** Records by id, as plugins are given them. */
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

/** The service counts the attempts that have ended. */
function attemptOf(status: OperationStatus, { Attempt = 0 }: StepDetails = {}): number | undefined {
  const isDue = status === 'STARTED' || status === 'READY';
  return isDue ? Attempt + 1 : Attempt || undefined;
}

/** Leaves out what is not known, so that plugins that list an info's members list no empty ones. */
function defined<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<T>;
}
