import type { DurableExecutionInvocationOutput } from '../../wire/envelope.js';
import { OperationStatus } from '../../wire/operation.js';

/** The version of the contract between this engine and modules that {@link DurableInstrumentationPluginProvider | provide} plugins. */
export const DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION = 1;

/** How an invocation ended; RETRYING: it fails and Lambda invokes again. */
export const PluginInvocationStatus = {
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  PENDING: 'PENDING',
  RETRYING: 'RETRYING',
} as const;
export type PluginInvocationStatus = (typeof PluginInvocationStatus)[keyof typeof PluginInvocationStatus];

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

/**
 * Observes executions, as for traces and metrics.
 *
 * Hooks are awaited, those of all plugins at once, before the execution goes on; `wrap` hooks run a part of the execution
 * by calling `fn`, the first plugin outermost. Whatever a plugin does, the execution does not change: what a hook throws
 * is logged and dropped, `fn` runs exactly once, its result and its error reach their owner as they are, and a plugin that
 * keeps the invocation waiting for half a minute is not called again in it.
 *
 * @see PROTOCOL §7.1
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
  /** Fields for every record that is logged, such as the id of the trace; asked at each record. */
  enrichLogContext?(): Record<string, string | number | boolean> | undefined;
}

/** A class of plugins. */
export type DurableInstrumentationPluginType<
  Plugin extends DurableInstrumentationPlugin = DurableInstrumentationPlugin,
> = abstract new (...args: never[]) => Plugin;

/** What a module named in `DURABLE_EXECUTION_PLUGINS` exports as `durableExecutionPluginProvider`. */
export interface DurableInstrumentationPluginProvider<
  Plugin extends DurableInstrumentationPlugin = DurableInstrumentationPlugin,
> {
  readonly pluginApiVersion: typeof DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION;
  /** The class of what `createPlugin` returns. */
  readonly pluginType: DurableInstrumentationPluginType<Plugin>;
  /** Called once for each handler that is made. */
  createPlugin(): Plugin;
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
