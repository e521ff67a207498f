import type { DurableExecutionInvocationOutput } from '../../../wire/envelope.js';
import { OperationStatus } from '../../../wire/operation.js';
import type { LambdaContext } from '../../base/lambda-context.js';
import type { InvocationMeasures } from './invocation-measures.js';
import type { PluginInvocationStatus } from './plugin-invocation-status.js';

/** Plugins are told the service's own words. */
export const PluginOperationStatus = OperationStatus;
export type PluginOperationStatus = OperationStatus;

export interface OperationInfo {
  /** As the service knows it. */
  id: string;
  name?: string;
  type: string;
  subType?: string;
  /** The id of the context around it; absent at the top level. */
  parentId?: string;
  status?: PluginOperationStatus;
  startTimestamp?: Date;
  /** Absent while it has not ended. */
  endTimestamp?: Date;
  /** What is persisted of the result, as text. */
  result?: string;
  /** Rebuilt from what is persisted. */
  error?: Error;
  /** Of a step or a condition: the attempt that is running or due, or the last that ended, from 1. */
  attempt?: number;
  /** Whether the operation was begun by an earlier invocation; always true of virtual contexts, which leave no record. */
  isReplay: boolean;
  /**
   * Of a context: whether its body runs, or ran, only to bring back what had happened inside, its operations being
   * replayed. Told to `wrapChildContextFn`, and with the end of a virtual context that had come to it before.
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
  /** Of the attempt alone: a failed one may be retried. */
  outcome: AttemptEndInfoOutcome;
  /** What the attempt threw. */
  error?: Error;
}

export interface InvocationBaseInfo {
  /** The Lambda request id. */
  requestId: string;
  executionArn: string;
  executionInput: unknown;
  /** Every recorded operation, by id, that of the execution itself included. */
  operations: Record<string, OperationInfo>;
  /** When the execution began, the same in all its invocations. */
  executionStartTimestamp?: Date;
  /** Whether nothing had been recorded before this invocation. */
  isFirstInvocation: boolean;
}

export interface InvocationInfo extends InvocationBaseInfo {
  /**
   * What Lambda handed to the function beside the event. Not enumerable: it is no part of what is told of an execution,
   * and logs of an info stay small.
   */
  readonly context?: LambdaContext;
  /**
   * The trace header of this very invocation. Present where Lambda hands it over with the invocation, as it does where
   * several run at once; then an empty text means that there is none. Absent: it stands in `_X_AMZN_TRACE_ID`.
   */
  xRayTraceId?: string;
  /** Those of `operations` that the service changed since the last invocation, such as a wait that has ended. */
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
  /** What one response of the service has changed, by id. */
  updatedOperations: Record<string, OperationInfo>;
  /** Every recorded operation, with these changes. */
  operations: Record<string, OperationInfo>;
}

/** A chained invoke that is about to start. */
export interface PropagationInput {
  readonly executionArn: string;
  /** As the service knows it. */
  readonly operationId: string;
  /** Of the context around it; absent at the top level. */
  readonly parentOperationId?: string;
  /** As the code names it. */
  readonly targetFunctionName: string;
}

export interface PropagationMetadata {
  /** A header in the form of AWS X-Ray: `Root=1-…;Parent=…;Sampled=1`. Blank means none. */
  readonly xAmznTraceId?: string;
}

/**
 * Observes executions, as for traces and metrics.
 *
 * Hooks are awaited, those of all plugins at once, before the execution goes on; `wrap` hooks run a part of the
 * execution by calling `fn`, the first plugin outermost. Whatever a plugin does, the execution does not change: what a
 * hook throws is logged and dropped. `fn` runs exactly once, and its result and its error reach their owner as they
 * are. A plugin that keeps the invocation waiting for half a minute is not called again in it.
 */
export interface DurableInstrumentationPlugin {
  /** The state is loaded; nothing of the handler has run. */
  onInvocationStart?(info: InvocationInfo): Promise<void>;
  /** Around all that an invocation does; rejects where the invocation throws to Lambda. */
  wrapInvocation?(
    info: InvocationInfo,
    fn: () => Promise<DurableExecutionInvocationOutput>,
  ): Promise<DurableExecutionInvocationOutput>;
  /** Everything is saved and the outcome is known: the moment to send what was collected. */
  onInvocationEnd?(info: InvocationEndInfo): Promise<void>;
  /** An operation is about to start, or is met again (`isReplay`) while it has not ended. */
  onOperationStart?(info: OperationInfo): Promise<void>;
  /** Around the body of a context, a branch or an item: on each invocation that runs it. */
  wrapChildContextFn?(info: OperationInfo, fn: () => unknown): unknown;
  /** An operation's end is recorded, or is found recorded since the last invocation; once for each operation. */
  onOperationEnd?(info: OperationEndInfo): Promise<void>;
  /** The body of a step or the check of a condition is about to run. */
  onOperationAttemptStart?(info: AttemptInfo): Promise<void>;
  /** Around the body of a step or the check of a condition. */
  wrapOperationAttemptFn?(info: AttemptInfo, fn: () => unknown): unknown;
  onOperationAttemptEnd?(info: AttemptEndInfo): Promise<void>;
  /** A response of the service has changed operations. */
  onOperationChange?(info: OperationChangeInfo): Promise<void>;
  /** What the invocation came to in numbers; once, before `onInvocationEnd`. Only with this hook is anything measured. */
  onInvocationMeasured?(measures: InvocationMeasures): Promise<void>;
  /**
   * The trace that a chained invoke carries on, asked once before its start is saved; the first plugin that names one
   * wins. Without one the target continues the trace header of this execution.
   */
  providePropagationMetadata?(input: PropagationInput): PropagationMetadata | undefined;
  /** Fields for every record that is logged, such as the id of the trace; asked at each record. */
  enrichLogContext?(): Record<string, string | number | boolean> | undefined;
}

/** How plugins observe an execution. */
export interface PluginsConfig {
  /**
   * Down to which depth the operations inside contexts that have ended stay in the state, for plugins to see in later
   * invocations: 1 keeps those directly inside contexts of the top level; `Infinity` keeps all. Each context that is kept
   * runs its body again on replay, its operations returning their saved results.
   * @defaultValue 0
   */
  childOperationsDepth?: number;
}
