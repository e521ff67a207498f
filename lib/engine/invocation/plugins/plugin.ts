import type { DurableExecutionInvocationOutput } from '../../../wire/envelope.js';
import { OperationStatus } from '../../../wire/operation.js';
import type { LambdaContext } from '../../base/lambda-context.js';
import type { InvocationMeasures } from './invocation-measures.js';
import type { PluginInvocationStatus } from './plugin-invocation-status.js';

/** Plugins receive the service's own statuses. */
export const PluginOperationStatus = OperationStatus;
export type PluginOperationStatus = OperationStatus;

export interface OperationInfo {
  /** The id in the service's records. */
  id: string;
  name?: string;
  type: string;
  subType?: string;
  /** The id of the outer context; absent at the top level. */
  parentId?: string;
  status?: PluginOperationStatus;
  /** As the service recorded it; by the clock of the sandbox where that comes later. */
  startTimestamp?: Date;
  /** The same; absent while it has not completed. */
  endTimestamp?: Date;
  /** The persisted result, as text. */
  result?: string;
  /** Rebuilt from the record. */
  error?: Error;
  /** For a step or a condition: the attempt that is running or due, or the last that ended, from 1. */
  attempt?: number;
  /** Whether an earlier invocation started the operation; always true for virtual contexts, which are not recorded. */
  isReplay: boolean;
  /**
   * For a context: whether its body runs, or ran, only to rebuild its result, its operations being replayed. Passed to
   * `wrapChildContextFn`, and reported with the end of a virtual context that had completed before.
   */
  isReplayingChildren?: boolean;
}

export type OperationEndInfo = OperationInfo;

export interface AttemptInfo extends OperationInfo {
  attempt: number;
}

export const AttemptEndInfoOutcome = { SUCCEEDED: 'SUCCEEDED', FAILED: 'FAILED' } as const;
export type AttemptEndInfoOutcome = (typeof AttemptEndInfoOutcome)[keyof typeof AttemptEndInfoOutcome];

export interface AttemptEndInfo extends AttemptInfo {
  /** For the attempt only: a failed one may be retried. */
  outcome: AttemptEndInfoOutcome;
  /** The error that the attempt threw. */
  error?: Error;
}

export interface InvocationBaseInfo {
  /** The Lambda request id. */
  requestId: string;
  executionArn: string;
  executionInput: unknown;
  /** Every recorded operation, by id, including that of the execution itself. */
  operations: Record<string, OperationInfo>;
  /** When the execution started, the same in all its invocations. */
  executionStartTimestamp?: Date;
  /** Whether nothing had been recorded before this invocation. */
  isFirstInvocation: boolean;
}

export interface InvocationInfo extends InvocationBaseInfo {
  /** What Lambda passed to the function beside the event. Not enumerable, so that logs of an info stay small. */
  readonly context?: LambdaContext;
  /**
   * The trace header of this invocation. Present if Lambda passes it with the invocation, as it does if several run
   * concurrently; then an empty text means that there is none. Absent: it is in `_X_AMZN_TRACE_ID`.
   */
  xRayTraceId?: string;
  /** Those of `operations` that the service changed since the last invocation, such as a completed wait. */
  updatedOperations: Record<string, OperationInfo>;
}

export interface InvocationEndInfo extends InvocationBaseInfo {
  status: PluginInvocationStatus;
  /** What the handler returned. */
  executionResult?: unknown;
  executionError?: Error;
}

export interface OperationChangeInfo {
  executionArn: string;
  /** The changes in one response of the service, by id. */
  updatedOperations: Record<string, OperationInfo>;
  /** Every recorded operation, with these changes. */
  operations: Record<string, OperationInfo>;
}

/** A chained invoke that is about to start. */
export interface PropagationInput {
  readonly executionArn: string;
  /** The id in the service's records. */
  readonly operationId: string;
  /** The id of the outer context; absent at the top level. */
  readonly parentOperationId?: string;
  /** The function's name in the code. */
  readonly targetFunctionName: string;
}

export interface PropagationMetadata {
  /** A header in the form of AWS X-Ray: `Root=1-…;Parent=…;Sampled=1`. Blank means none. */
  readonly xAmznTraceId?: string;
}

/**
 * Observes executions, as for traces and metrics.
 *
 * Hooks are awaited, those of all plugins concurrently, before the execution continues; `wrap` hooks run a part of the
 * execution by calling `fn`, the first plugin outermost. A plugin cannot change the execution: errors of a hook are
 * logged and dropped. `fn` runs exactly once, and its result and its error reach the caller unchanged. A plugin that
 * delays the invocation for half a minute is not called again in it.
 */
export interface DurableInstrumentationPlugin {
  /** The state is loaded; no code of the handler has run. */
  onInvocationStart?(info: InvocationInfo): Promise<void>;
  /** Around everything that an invocation does; rejects if the invocation throws to Lambda. */
  wrapInvocation?(
    info: InvocationInfo,
    fn: () => Promise<DurableExecutionInvocationOutput>,
  ): Promise<DurableExecutionInvocationOutput>;
  /** Everything is saved and the outcome is known: the time to send collected data. */
  onInvocationEnd?(info: InvocationEndInfo): Promise<void>;
  /** An operation is about to start, or is replayed (`isReplay`) while it has not completed. */
  onOperationStart?(info: OperationInfo): Promise<void>;
  /** Around the body of a context, a branch or an item: in each invocation that runs it. */
  wrapChildContextFn?(info: OperationInfo, fn: () => unknown): unknown;
  /**
   * An operation's end is recorded, or was recorded since the last invocation. That of a wait, a callback, an invoke or a
   * virtual context is reported again, with `isReplay`, in each later invocation that calls the operation.
   */
  onOperationEnd?(info: OperationEndInfo): Promise<void>;
  /** The body of a step or the check of a condition is about to run. */
  onOperationAttemptStart?(info: AttemptInfo): Promise<void>;
  /** Around the body of a step or the check of a condition. */
  wrapOperationAttemptFn?(info: AttemptInfo, fn: () => unknown): unknown;
  onOperationAttemptEnd?(info: AttemptEndInfo): Promise<void>;
  /** A response of the service has changed operations. */
  onOperationChange?(info: OperationChangeInfo): Promise<void>;
  /** The measures of the invocation; once, before `onInvocationEnd`. Nothing is measured if no plugin has this hook. */
  onInvocationMeasured?(measures: InvocationMeasures): Promise<void>;
  /**
   * The trace of a chained invoke, requested once before its start is saved; the first plugin that sets one wins.
   * Without one the target continues the trace header of this execution.
   */
  providePropagationMetadata?(input: PropagationInput): PropagationMetadata | undefined;
  /** Fields for every log record, such as the id of the trace; called for each record. */
  enrichLogContext?(): Record<string, string | number | boolean> | undefined;
}

/** How plugins observe an execution. */
export interface PluginsConfig {
  /**
   * Down to which depth the operations inside completed contexts stay in the state, for plugins to see in later
   * invocations: 1 keeps those directly inside top-level contexts; `Infinity` keeps all. Each context that is kept runs
   * its body again on replay, its operations returning their saved results.
   * @defaultValue 0
   */
  childOperationsDepth?: number;
}
