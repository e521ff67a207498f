import type { FailurePath } from '../settlement.js';
import type { PluginInvocationStatus } from './plugin-invocation-status.js';

/** One call of the durable API that saved updates, or asked for what has changed. */
export interface CheckpointMeasures {
  /** From the request to the answer, in milliseconds. */
  durationMs: number;
  /** Updates in the request; 0 when it only asked. */
  updates: number;
  /** Bytes of payloads and errors in the request: what counts against the 100 MB of an execution. */
  payloadBytes: number;
  /** Whether it was answered as it should be. */
  succeeded: boolean;
}

/** What was decided about a failure, and by which rule. */
export interface DecisionMeasures {
  /** `failed`: the execution ends. `retried`: Lambda invokes again. */
  kind: 'failed' | 'retried';
  path: FailurePath;
  /** Of the table by which failures of the durable API are classified; absent for any other failure. */
  rule?: string;
  errorType: string;
}

/** What one invocation came to in numbers; told once, before its end. */
export interface InvocationMeasures {
  requestId: string;
  executionArn: string;
  isFirstInvocation: boolean;
  status: PluginInvocationStatus;
  /** From the first hook to the decided end, in milliseconds. */
  durationMs: number;
  /** From the first hook to the first operation that had not ended before, in milliseconds: what replaying took. */
  replayMs: number;
  /**
   * From the moment when the first of what woke this invocation was due, or when the execution was started, to the first
   * hook, in milliseconds. Absent where the service did not tell what it was.
   */
  wakeUpDelayMs?: number;
  /** Operations that this invocation started, by type. */
  operationsStarted: Partial<Record<string, number>>;
  /** Attempts that ended in this invocation. */
  attempts: { succeeded: number; failed: number };
  /**
   * Operations of the execution that are known at its end, of the 3,000 that it may have. Those inside contexts that
   * ended in an earlier invocation are known only where `pluginsConfig.childOperationsDepth` keeps them.
   */
  operationsUsed: number;
  /** Bytes of payloads that are known at the end, of the 100 MB that an execution may have; as for `operationsUsed`. */
  payloadBytesUsed: number;
  checkpoints: readonly CheckpointMeasures[];
  /** Present when the invocation failed. */
  decision?: DecisionMeasures;
}
