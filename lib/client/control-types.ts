/** The statuses of an execution; the service may add others, which are not final. */
export const ExecutionStatus = {
  RUNNING: 'RUNNING',
  PAUSING: 'PAUSING',
  PAUSED: 'PAUSED',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  TIMED_OUT: 'TIMED_OUT',
  STOPPED: 'STOPPED',
  DELETING: 'DELETING',
} as const;
export type ExecutionStatus = (typeof ExecutionStatus)[keyof typeof ExecutionStatus];

/** An error as the service records it. */
export interface RecordedError {
  /** The name of the error's class. */
  type?: string;
  message?: string;
  /** Text for programs, as the thrower wrote it. */
  data?: string;
  stackTrace?: string[];
}

export interface StartExecutionRequest {
  /** Name, `name:alias`, partial or full ARN. A durable function must be named with a version, an alias or `$LATEST`. */
  functionName: string;
  /** Version, alias or `$LATEST`, unless the name contains one already. */
  qualifier?: string;
  /**
   * 1 to 64 letters, digits, `-` and `_`. The same name with the same input returns the existing execution.
   *
   * @defaultValue a UUID, so that a start that the AWS client retries never creates two executions
   */
  executionName?: string;
  /** Anything JSON can hold; at most 1 MiB for `start`, 6 MiB for `startAndWait`. */
  input?: unknown;
}

export interface StartedExecution {
  executionName: string;
  executionArn: string;
}

/** How an awaited execution has ended. */
export type FinishedExecution = StartedExecution &
  (
    | { succeeded: true; /** As the function's serdes wrote it, JSON by default. */ result?: string }
    | { succeeded: false; error: RecordedError }
  );

export interface ExecutionSummary {
  executionArn: string;
  executionName: string;
  /** With the version that runs it. */
  functionArn: string;
  status: ExecutionStatus;
  startedAt: Date;
  endedAt?: Date;
}

export interface ExecutionDescription extends ExecutionSummary {
  version?: string;
  /** The input at its start; absent if data was not requested. */
  input?: string;
  /** Of a SUCCEEDED execution. */
  result?: string;
  /** Of a FAILED, TIMED_OUT or STOPPED execution. */
  error?: RecordedError;
  traceId?: string;
}

/** Which executions of a function to list. */
export interface ExecutionQuery {
  functionName: string;
  qualifier?: string;
  executionName?: string;
  statuses?: ExecutionStatus[];
  /** Exclusive. */
  startedAfter?: Date;
  /** Exclusive. */
  startedBefore?: Date;
  /** @defaultValue false: the newest first */
  oldestFirst?: boolean;
}

export interface ResumeOptions {
  /** At most 1,024 characters; it is recorded in the history. */
  reason?: string;
  /** The same token with the same options counts once within 15 minutes. @defaultValue a new one for each call */
  clientToken?: string;
}

export interface PauseOptions extends ResumeOptions {
  /** Whether the execution's own timeout stops too. @defaultValue false */
  executionTimeoutPaused?: boolean;
}

export interface HistoryQuery {
  /** Whether inputs, results and errors are included. @defaultValue true */
  includeData?: boolean;
  /** @defaultValue false: in the order in which it happened */
  newestFirst?: boolean;
}

/** One entry of an execution's history (docs/protocol.md#history). */
export interface HistoryEvent {
  /** 1 for the first event, increasing by 1. */
  eventId: number;
  /** For instance `StepSucceeded`. */
  type: string;
  at: Date;
  /** Of the operation, or of the execution itself; absent for the end of an invocation. */
  operationId?: string;
  name?: string;
  subType?: string;
  parentId?: string;
  details: HistoryEventDetails;
}

/** Further facts of an event; each type of event has a few of these. */
export interface HistoryEventDetails {
  input?: string;
  result?: string;
  error?: RecordedError;
  /** Whether the service has shortened input, result or error. */
  truncated?: boolean;
  /** The attempt that has just ended. */
  attempt?: number;
  nextAttemptDelaySeconds?: number;
  durationSeconds?: number;
  scheduledEndAt?: Date;
  executionTimeoutSeconds?: number;
  callbackId?: string;
  callbackTimeoutSeconds?: number;
  heartbeatTimeoutSeconds?: number;
  functionName?: string;
  executedVersion?: string;
  /** Of the execution that a chained invoke has started. */
  executionArn?: string;
  tenantId?: string;
  invocation?: { requestId?: string; startedAt?: Date; endedAt?: Date };
}
