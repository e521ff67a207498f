/**
 * A timestamp of the durable API: epoch milliseconds in an invocation event, epoch seconds or ISO-8601 elsewhere; see
 * `toEpochMs`.
 */
export type WireTimestamp = number | string | Date;

export const OperationType = {
  EXECUTION: 'EXECUTION',
  CONTEXT: 'CONTEXT',
  STEP: 'STEP',
  WAIT: 'WAIT',
  CALLBACK: 'CALLBACK',
  CHAINED_INVOKE: 'CHAINED_INVOKE',
} as const;
export type OperationType = (typeof OperationType)[keyof typeof OperationType];

export const OperationAction = {
  START: 'START',
  SUCCEED: 'SUCCEED',
  FAIL: 'FAIL',
  RETRY: 'RETRY',
  CANCEL: 'CANCEL',
} as const;
export type OperationAction = (typeof OperationAction)[keyof typeof OperationAction];

export const OperationStatus = {
  STARTED: 'STARTED',
  PENDING: 'PENDING',
  READY: 'READY',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  TIMED_OUT: 'TIMED_OUT',
  STOPPED: 'STOPPED',
} as const;
export type OperationStatus = (typeof OperationStatus)[keyof typeof OperationStatus];

/** The names that the service records for the constructs of the SDK, beside their types. */
export const OperationSubType = {
  STEP: 'Step',
  WAIT: 'Wait',
  CALLBACK: 'Callback',
  RUN_IN_CHILD_CONTEXT: 'RunInChildContext',
  MAP: 'Map',
  MAP_ITERATION: 'MapIteration',
  PARALLEL: 'Parallel',
  PARALLEL_BRANCH: 'ParallelBranch',
  WAIT_FOR_CALLBACK: 'WaitForCallback',
  WAIT_FOR_CONDITION: 'WaitForCondition',
  CHAINED_INVOKE: 'ChainedInvoke',
} as const;
export type OperationSubType = (typeof OperationSubType)[keyof typeof OperationSubType];

export interface ErrorObject {
  ErrorMessage?: string;
  ErrorType?: string;
  ErrorData?: string;
  StackTrace?: string[];
}

export interface ExecutionDetails {
  InputPayload?: string;
}
export interface ContextDetails {
  ReplayChildren?: boolean;
  Result?: string;
  Error?: ErrorObject;
}
export interface StepDetails {
  /** Attempts that have ended; the one now running is `Attempt + 1`. */
  Attempt?: number;
  /** Present only while the operation is PENDING. */
  NextAttemptTimestamp?: WireTimestamp;
  Result?: string;
  Error?: ErrorObject;
}
export interface WaitDetails {
  ScheduledEndTimestamp?: WireTimestamp;
}
export interface CallbackDetails {
  CallbackId?: string;
  Result?: string;
  Error?: ErrorObject;
}
export interface ChainedInvokeDetails {
  Result?: string;
  Error?: ErrorObject;
}

/** An operation as the service returns it (docs/protocol.md#operations). */
export interface Operation {
  Id: string;
  Type: OperationType;
  Status: OperationStatus;
  StartTimestamp?: WireTimestamp;
  EndTimestamp?: WireTimestamp;
  ParentId?: string;
  Name?: string;
  SubType?: string;
  ExecutionDetails?: ExecutionDetails;
  ContextDetails?: ContextDetails;
  StepDetails?: StepDetails;
  WaitDetails?: WaitDetails;
  CallbackDetails?: CallbackDetails;
  ChainedInvokeDetails?: ChainedInvokeDetails;
}

/** An operation as a client may return it: like the AWS SDK's types, it promises no member. */
export type WireOperation = Partial<Operation>;

export interface ContextOptions {
  ReplayChildren?: boolean;
}
export interface StepOptions {
  NextAttemptDelaySeconds?: number;
}
export interface WaitOptions {
  WaitSeconds?: number;
}
export interface CallbackOptions {
  TimeoutSeconds?: number;
  HeartbeatTimeoutSeconds?: number;
}
export interface ChainedInvokeOptions {
  FunctionName: string;
  TenantId?: string;
  XAmznTraceId?: string;
}

/** A change that a function sends to the service to record (docs/protocol.md#updates). */
export interface OperationUpdate {
  Id: string;
  Type: OperationType;
  Action: OperationAction;
  ParentId?: string;
  Name?: string;
  SubType?: string;
  Payload?: string;
  Error?: ErrorObject;
  ContextOptions?: ContextOptions;
  StepOptions?: StepOptions;
  WaitOptions?: WaitOptions;
  CallbackOptions?: CallbackOptions;
  ChainedInvokeOptions?: ChainedInvokeOptions;
}

const IS_TERMINAL: Readonly<Record<OperationStatus, boolean>> = {
  STARTED: false,
  PENDING: false,
  READY: false,
  SUCCEEDED: true,
  FAILED: true,
  CANCELLED: true,
  TIMED_OUT: true,
  STOPPED: true,
};
const KNOWN_STATUSES: ReadonlyMap<string, boolean> = new Map(Object.entries(IS_TERMINAL));

/** The statuses of an operation that has not completed. */
export type OpenStatus = 'STARTED' | 'PENDING' | 'READY';

/** Whether an operation of this status is final; an unknown status never is. */
export function isTerminalStatus(status: OperationStatus): status is Exclude<OperationStatus, OpenStatus> {
  return KNOWN_STATUSES.get(status) === true;
}

/** Whether this package knows the status; the service may have others. */
export function isKnownStatus(status: OperationStatus): boolean {
  return KNOWN_STATUSES.has(status);
}

/** The member of a record in which each type keeps its result; the other types have none. */
const RESULT_MEMBERS = {
  CONTEXT: 'ContextDetails',
  STEP: 'StepDetails',
  CALLBACK: 'CallbackDetails',
  CHAINED_INVOKE: 'ChainedInvokeDetails',
  EXECUTION: undefined,
  WAIT: undefined,
} as const satisfies Record<OperationType, keyof Operation | undefined>;

/** The recorded result or error of an operation; nothing for an unknown type. A null member counts as absent. */
export function resultOf(operation: Operation): { Result?: string; Error?: ErrorObject } {
  const member = Object.hasOwn(RESULT_MEMBERS, operation.Type) ? RESULT_MEMBERS[operation.Type] : undefined;
  const details = (member && operation[member]) ?? {};
  const { Result, Error } = details;
  if (Result !== null && Error === undefined) return details;
  return { Result: Result ?? undefined, Error: Error ? withoutNulls(Error) : undefined };
}

function withoutNulls(error: ErrorObject): ErrorObject {
  return Object.fromEntries(Object.entries(error).filter(([, value]) => value !== null));
}
