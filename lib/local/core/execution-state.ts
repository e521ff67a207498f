import type { ErrorObject, Operation } from '../../wire/operation.js';

export const ExecutionStatus = {
  RUNNING: 'RUNNING',
  /** A pause was asked for while an invocation was in progress, which has made no checkpoint since. */
  PAUSING: 'PAUSING',
  PAUSED: 'PAUSED',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  TIMED_OUT: 'TIMED_OUT',
  STOPPED: 'STOPPED',
  /** It has ended and is about to be forgotten. */
  DELETING: 'DELETING',
} as const;
export type ExecutionStatus = (typeof ExecutionStatus)[keyof typeof ExecutionStatus];

/** What is known of an execution when it starts and never changes. */
export interface ExecutionStart {
  /** Last segment of the ARN, id of the EXECUTION operation. */
  id: string;
  arn: string;
  name: string;
  functionName: string;
  /** `$LATEST` or a number. */
  version: string;
  /** Qualified with the version. */
  functionArn: string;
  /** Number of the start among all starts, in order. */
  order: number;
  startedAtMs: number;
  input?: string | undefined;
  synchronous: boolean;
  timeoutSeconds: number;
  /** Seconds after which it is timed out: the least of all limits that apply. */
  deadlineSeconds: number;
  retentionDays: number;
  kmsKeyArn?: string | undefined;
  clientContext?: string | undefined;
  traceId?: string | undefined;
  tenantId?: string | undefined;
  /** The chained invoke that started it. */
  parent?: { executionId: string; operationId: string } | undefined;
}

/** A pause, from its request until the execution is resumed or ends. */
export interface Pause {
  requestedAtMs: number;
  reason?: string | undefined;
  /** Whether the time until the execution times out stands still as well. */
  stopsTimeout: boolean;
  /** Absent while an invocation is still in progress. */
  pausedAtMs?: number | undefined;
}

/** A request to pause or resume, kept so that the same request counts once. */
export interface ControlRequest {
  action: 'pause' | 'resume';
  clientToken: string;
  /** What was asked for, as JSON. */
  parameters: string;
  atMs: number;
}

/** The part of an execution that is rewritten by every transition; kept small on purpose. */
export interface ExecutionProgress {
  status: ExecutionStatus;
  endedAtMs?: number | undefined;
  /** Of a closed execution: until when it is kept, in time that was not skipped. */
  expiresAtMs?: number | undefined;
  /** No further transition is stamped with an earlier moment: whatever ends does so later than what ended before. */
  earliestMs?: number | undefined;
  result?: string | undefined;
  error?: ErrorObject | undefined;
  /** Number of the last event. */
  eventCount: number;
  storedBytes: number;
  /** Number of the latest invocation. */
  invocation: number;
  /** The only token that may write now. */
  token?: string | undefined;
  /** Number of checkpoints accepted by the latest invocation. */
  sequence: number;
  /** The invocation in flight. */
  running?: { requestId: string; startedAtMs: number } | undefined;
  /** The invocation in flight was cut off by a pause: it can record nothing more, and its answer does not count. */
  interrupted?: true | undefined;
  /** An invocation is due even if there is nothing new to tell, because the last one was cut off. */
  owed?: true | undefined;
  pause?: Pause | undefined;
  /** Milliseconds by which pauses have put off the execution's timeout. */
  timeoutPausedMs?: number | undefined;
  /** The latest ones that carried a client token. */
  controlRequests?: readonly ControlRequest[] | undefined;
  /** Moment of the next try after failed invocations. */
  retryAtMs?: number | undefined;
  /** Invocations that failed one after the other. */
  failures: number;
}

/** An operation with what the wire does not show; immutable, replaced when it changes. Timestamps are epoch milliseconds. */
export interface OperationRecord {
  readonly operation: Operation;
  /** Place in the order of starts, from 0, which is the EXECUTION operation. */
  readonly index: number;
  /** Moments at which timers of this operation are due. */
  readonly retryAtMs?: number;
  readonly timeoutAtMs?: number;
  readonly heartbeatAtMs?: number;
  readonly heartbeatSeconds?: number;
  readonly waitSeconds?: number;
  /** What a chained invoke runs. */
  readonly target?: ChainedTarget;
}

export interface ChainedTarget {
  readonly functionName: string;
  readonly version: string;
  readonly input?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly traceId?: string | undefined;
  /** Of a durable target: the execution it runs as. */
  readonly childId?: string;
}

export interface CheckpointAnswer {
  /** Absent once the execution is closed, or when a pause cuts the invocation off: it may record nothing more. */
  token: string | undefined;
  operations: readonly OperationRecord[];
  nextMarker?: string | undefined;
}

/** A checkpoint as it must be answered again when the same call arrives again. */
export interface RememberedCheckpoint {
  inboundToken: string;
  clientToken: string;
  answer: CheckpointAnswer;
}

/** One execution, held in memory while it is open. Only `merge` changes it. */
export interface ExecutionState {
  readonly start: ExecutionStart;
  /**
   * Milliseconds by which its time is ahead of the clock: time that ran faster, or was skipped, while a former run of the
   * service held it.
   */
  readonly aheadMs: number;
  progress: ExecutionProgress;
  /** In the order of starts. */
  readonly operations: Map<string, OperationRecord>;
  /** Ids in the order of starts, so that a page is found without walking. */
  readonly order: string[];
  readonly childrenOf: Map<string, string[]>;
  /** Operations that something from outside will move on: PENDING steps, open waits, callbacks and chained invokes. */
  readonly pending: Set<string>;
  /** Operations below a finished context, which are not told any more. */
  readonly pruned: Set<string>;
  /** Changes that the function has not been told. */
  readonly untold: Set<string>;
  /** Changes from outside since the last invocation that ended well; a superset of those untold. */
  readonly updated: Set<string>;
  remembered?: RememberedCheckpoint | undefined;
  /** Gives the end of what the latest invocation wrote; not kept. */
  logTail?: (() => string) | undefined;
  /** Rest of a checkpoint answer that was too long for one page. */
  answerRest?: readonly OperationRecord[] | undefined;
}

export function createState(start: ExecutionStart, aheadMs = 0): ExecutionState {
  return {
    start,
    aheadMs,
    progress: {
      status: ExecutionStatus.RUNNING,
      eventCount: 0,
      storedBytes: 0,
      invocation: 0,
      sequence: 0,
      failures: 0,
    },
    operations: new Map(),
    order: [],
    childrenOf: new Map(),
    pending: new Set(),
    pruned: new Set(),
    untold: new Set(),
    updated: new Set(),
  };
}

const OPEN: ReadonlySet<ExecutionStatus> = new Set(['RUNNING', 'PAUSING', 'PAUSED']);

/** Whether anything can still happen in the execution. */
export function isOpen({ progress }: Pick<ExecutionState, 'progress'>): boolean {
  return OPEN.has(progress.status);
}

/** Whether the function has something to do, now or when the execution is resumed. */
export function needsInvocation({ untold, progress }: ExecutionState): boolean {
  return untold.size > 0 || progress.owed === true;
}

/** When the execution is timed out unless a pause puts that off. */
export function deadlineMsOf({ start, progress }: Pick<ExecutionState, 'start' | 'progress'>): number {
  return start.startedAtMs + start.deadlineSeconds * 1000 + (progress.timeoutPausedMs ?? 0);
}
