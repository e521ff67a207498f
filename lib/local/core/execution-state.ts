import type { ErrorObject, Operation } from '../../wire/operation.js';

export const ExecutionStatus = {
  RUNNING: 'RUNNING',
  /** A pause was requested while an invocation was in progress, which has made no checkpoint since. */
  PAUSING: 'PAUSING',
  PAUSED: 'PAUSED',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  TIMED_OUT: 'TIMED_OUT',
  STOPPED: 'STOPPED',
  /** It has ended and is about to be deleted. */
  DELETING: 'DELETING',
} as const;
export type ExecutionStatus = (typeof ExecutionStatus)[keyof typeof ExecutionStatus];

/** What is known of an execution when it starts, and never changes. */
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
  /** Number of this start among all starts, in order. */
  order: number;
  startedAtMs: number;
  input?: string | undefined;
  synchronous: boolean;
  timeoutSeconds: number;
  /** Seconds after which it times out: the smallest of all limits that apply. */
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
  /** Whether the execution's own timeout stops too. */
  stopsTimeout: boolean;
  /** Absent while an invocation is still in progress. */
  pausedAtMs?: number | undefined;
}

/** A request to pause or resume, kept so that a repeated request counts once. */
export interface ControlRequest {
  action: 'pause' | 'resume';
  clientToken: string;
  /** The parameters of the request, as JSON. */
  parameters: string;
  atMs: number;
}

/** The part of an execution that is rewritten by every transition; kept small on purpose. */
export interface ExecutionProgress {
  status: ExecutionStatus;
  endedAtMs?: number | undefined;
  /** For a closed execution: until when it is kept, in time that was not skipped. */
  expiresAtMs?: number | undefined;
  /** No later transition has an earlier timestamp: later completions have later timestamps. */
  earliestMs?: number | undefined;
  result?: string | undefined;
  error?: ErrorObject | undefined;
  /** Number of the last event. */
  eventCount: number;
  storedBytes: number;
  /** Number of the latest invocation. */
  invocation: number;
  /** The only valid token. */
  token?: string | undefined;
  /** Number of checkpoints accepted from the latest invocation. */
  sequence: number;
  /** The invocation that runs. */
  running?: { requestId: string; startedAtMs: number } | undefined;
  /** A pause has cut off the running invocation: it can record nothing more, and its response does not count. */
  interrupted?: true | undefined;
  /** An invocation is due even if there is nothing new to deliver, because the last one was cut off. */
  owed?: true | undefined;
  pause?: Pause | undefined;
  /** Milliseconds by which pauses have delayed the execution's timeout. */
  timeoutPausedMs?: number | undefined;
  /** The latest requests with a client token. */
  controlRequests?: readonly ControlRequest[] | undefined;
  /** The time of the next attempt after failed invocations. */
  retryAtMs?: number | undefined;
  /** The number of failed invocations in a row. */
  failures: number;
}

/** An operation with its internal members; immutable, replaced when it changes. Timestamps are epoch milliseconds. */
export interface OperationRecord {
  readonly operation: Operation;
  /** Position in the order of starts, from 0, which is the EXECUTION operation. */
  readonly index: number;
  /** The times at which timers of this operation are due. */
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
  /** For a durable target: the execution that runs it. */
  readonly childId?: string;
}

export interface CheckpointAnswer {
  /** Absent if the execution is closed, or if a pause cuts the invocation off: it may record nothing more. */
  token: string | undefined;
  operations: readonly OperationRecord[];
  nextMarker?: string | undefined;
}

/** A checkpoint whose response must be repeated if the same call arrives again. */
export interface RememberedCheckpoint {
  inboundToken: string;
  clientToken: string;
  answer: CheckpointAnswer;
}

/** One execution, in memory while it is open. Only `merge` changes it. */
export interface ExecutionState {
  readonly start: ExecutionStart;
  /**
   * Milliseconds by which its time is ahead of the clock: time that was accelerated or skipped while an earlier run of
   * the service held it.
   */
  readonly aheadMs: number;
  progress: ExecutionProgress;
  /** In the order of starts. */
  readonly operations: Map<string, OperationRecord>;
  /** Ids in the order of starts, so that a page is found without a search. */
  readonly order: string[];
  readonly childrenOf: Map<string, string[]>;
  /**
   * Operations that something other than the function will complete or continue: PENDING steps, open waits, callbacks
   * and chained invokes.
   */
  readonly pending: Set<string>;
  /** Operations below a completed context, which are no longer delivered. */
  readonly pruned: Set<string>;
  /** Changes that are not delivered to the function yet. */
  readonly untold: Set<string>;
  /** Changes by others since the last invocation that ended well; a superset of the undelivered ones. */
  readonly updated: Set<string>;
  remembered?: RememberedCheckpoint | undefined;
  /** Returns the end of the latest invocation's output; not stored. */
  logTail?: (() => string) | undefined;
  /** The rest of a checkpoint response that was too long for one page. */
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

/** When the execution times out unless a pause delays that. */
export function deadlineMsOf({ start, progress }: Pick<ExecutionState, 'start' | 'progress'>): number {
  return start.startedAtMs + start.deadlineSeconds * 1000 + (progress.timeoutPausedMs ?? 0);
}
