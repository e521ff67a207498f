import type { FailurePath } from '../settlement.js';
import type { PluginInvocationStatus } from './plugin-invocation-status.js';

/** One call of the durable API that saved updates, or polled for changes. */
export interface CheckpointMeasures {
  /** From the request to the response, in milliseconds. */
  durationMs: number;
  /** Updates in the request; 0 for a poll. */
  updates: number;
  /** Bytes of payloads and errors in the request, which count towards the 100 MB of an execution. */
  payloadBytes: number;
  /** Whether the response was valid. */
  succeeded: boolean;
}

/** The decision about a failure, and its rule. */
export interface DecisionMeasures {
  /** `failed`: the execution ends. `retried`: Lambda invokes again. */
  kind: 'failed' | 'retried';
  path: FailurePath;
  /** Of the classification table for failures of the durable API; absent for any other failure. */
  rule?: string;
  errorType: string;
}

/** The measures of one invocation; reported once, before its end. */
export interface InvocationMeasures {
  requestId: string;
  executionArn: string;
  isFirstInvocation: boolean;
  status: PluginInvocationStatus;
  /** From the first hook until the outcome is decided, in milliseconds. */
  durationMs: number;
  /**
   * From the first hook to the first operation that had not completed before, in milliseconds: the duration of the
   * replay.
   */
  replayMs: number;
  /**
   * From the time when the first cause of this invocation was due, or when the execution was started, to the first
   * hook, in milliseconds. Absent if the service did not say what the cause was.
   */
  wakeUpDelayMs?: number;
  /** Operations that this invocation started, by type. */
  operationsStarted: Partial<Record<string, number>>;
  /** Attempts that ended in this invocation. */
  attempts: { succeeded: number; failed: number };
  /**
   * Operations of the execution that are known at its end, of the 3,000 that it may have. Those inside contexts that
   * completed in an earlier invocation are known only if `pluginsConfig.childOperationsDepth` keeps them.
   */
  operationsUsed: number;
  /** Bytes of payloads that are known at the end, of the 100 MB that an execution may have; as for `operationsUsed`. */
  payloadBytesUsed: number;
  checkpoints: readonly CheckpointMeasures[];
  /** Present when the invocation failed. */
  decision?: DecisionMeasures;
}
