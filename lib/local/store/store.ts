import type { ExecutionProgress, ExecutionStart, OperationRecord } from '../core/execution-state.js';
import type { HistoryEvent } from '../core/history-event.js';
import type { KeptExecution } from '../core/merge.js';

/** What one transition writes of one execution. */
export interface ExecutionWrite {
  id: string;
  arn: string;
  /** With the first write of an execution. */
  start?: ExecutionStart | undefined;
  progress: ExecutionProgress;
  untold: readonly string[];
  updated: readonly string[];
  operations: readonly OperationRecord[];
  events: readonly HistoryEvent[];
}

/** An execution without its operations. */
export interface ExecutionSummary {
  start: ExecutionStart;
  progress: ExecutionProgress;
}

/** A part of a list: `from` is the first position, and positions continue in the direction of `descending`. */
export interface ListRange {
  from: number | undefined;
  descending: boolean;
}

/** The storage of everything acknowledged. Reads see what has been committed. */
export interface Store {
  /** Writes all or nothing, in the order of calls; resolves when it cannot be lost. */
  commit(writes: readonly ExecutionWrite[]): Promise<void>;
  find(id: string): ExecutionSummary | undefined;
  findByName(functionName: string, name: string): ExecutionSummary | undefined;
  /** @param range positions are event ids */
  events(id: string, range: ListRange): Iterable<HistoryEvent>;
  /** Executions of a function. @param range positions are `ExecutionStart.order` */
  list(functionName: string, range: ListRange): Iterable<ExecutionSummary>;
  /** What a service that starts again must resume: open executions, and ended ones whose last invocation has not ended. */
  unfinished(): Iterable<KeptExecution>;
  /** The highest `ExecutionStart.order` ever assigned. */
  lastOrder(): number;
  /** Drops closed executions whose retention has ended. @returns when the next one ends */
  removeExpired(nowMs: number): Promise<number | undefined>;
  /** Executions that were being removed when the service went down. */
  deleting(): Iterable<string>;
  /** Removes an execution, if it exists. */
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}
