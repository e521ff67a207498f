import type { DurableContext } from '../context/durable-context.js';
import type { ChildContextError } from '../errors/operation-errors.js';
import type { DurableLogger } from '../logging/durable-logger.js';
import type { Serdes } from '../serdes/serdes.js';

export const NestingType = {
  /** Each item is a recorded context of its own. */
  NESTED: 'NESTED',
  /** Items are virtual contexts: two updates fewer an item, but nothing of an item itself is recorded. */
  FLAT: 'FLAT',
} as const;
export type NestingType = (typeof NestingType)[keyof typeof NestingType];

export const BatchItemStatus = { SUCCEEDED: 'SUCCEEDED', FAILED: 'FAILED', STARTED: 'STARTED' } as const;
export type BatchItemStatus = (typeof BatchItemStatus)[keyof typeof BatchItemStatus];

export interface BatchItem<TResult> {
  index: number;
  status: BatchItemStatus;
  result?: TResult;
  error?: ChildContextError;
}

export type CompletionReason =
  | 'ALL_COMPLETED'
  | 'MIN_SUCCESSFUL_REACHED'
  | 'FAILURE_TOLERANCE_EXCEEDED'
  | 'CUSTOM_COMPLETION_SUCCEEDED'
  | 'CUSTOM_COMPLETION_FAILED';

export interface BatchResult<TResult> {
  /** Every item that was started, by index. */
  all: Array<BatchItem<TResult>>;
  succeeded(): Array<BatchItem<TResult> & { result: TResult }>;
  failed(): Array<BatchItem<TResult> & { error: ChildContextError }>;
  started(): Array<BatchItem<TResult> & { status: 'STARTED' }>;
  status: 'SUCCEEDED' | 'FAILED';
  completionReason: CompletionReason;
  hasFailure: boolean;
  /** Throws the first failure, if any: a batch itself never throws because an item failed. */
  throwIfError(): void;
  getResults(): TResult[];
  getErrors(): ChildContextError[];
  successCount: number;
  failureCount: number;
  startedCount: number;
  totalCount: number;
}

export const CompletionOutcome = { SUCCEEDED: 'SUCCEEDED', FAILED: 'FAILED' } as const;
export type CompletionOutcome = (typeof CompletionOutcome)[keyof typeof CompletionOutcome];

export type CompletionDecision = { complete: false } | { complete: true; outcome?: CompletionOutcome };

export interface ThresholdCompletionConfig {
  minSuccessful?: number;
  toleratedFailureCount?: number;
  toleratedFailurePercentage?: number;
  shouldComplete?: never;
}

export interface CompletionItemStatus {
  index: number;
  name?: string;
  /** Absent for an item that was not started. */
  status?: BatchItemStatus;
}

export interface CompletionStatus {
  successCount: number;
  failureCount: number;
  completedCount: number;
  totalCount: number;
  items: readonly CompletionItemStatus[];
}

export interface CustomCompletionConfig {
  shouldComplete: (status: CompletionStatus) => CompletionDecision;
  minSuccessful?: never;
  toleratedFailureCount?: never;
  toleratedFailurePercentage?: never;
}

/** When a batch is over. With nothing configured it ends at the first failure. */
export type CompletionConfig = ThresholdCompletionConfig | CustomCompletionConfig;

interface BatchConfig<TResult> {
  /** Items that run at once. @defaultValue no limit */
  maxConcurrency?: number;
  serdes?: Serdes<BatchResult<TResult>>;
  itemSerdes?: Serdes<TResult>;
  completionConfig?: CompletionConfig;
  summaryGenerator?: (result: BatchResult<TResult>) => string;
  /** @defaultValue `NestingType.NESTED` */
  nesting?: NestingType;
}

export interface MapConfig<TItem, TResult> extends BatchConfig<TResult> {
  itemNamer?: (item: TItem, index: number) => string;
}

export type MapFunc<TInput, TOutput, TLogger extends DurableLogger = DurableLogger> = (
  context: DurableContext<TLogger>,
  item: TInput,
  index: number,
  array: TInput[],
) => Promise<TOutput>;

export type ParallelConfig<TResult> = BatchConfig<TResult>;

export type ParallelFunc<TResult, TLogger extends DurableLogger = DurableLogger> = (
  context: DurableContext<TLogger>,
) => Promise<TResult>;

export interface NamedParallelBranch<TResult, TLogger extends DurableLogger = DurableLogger> {
  name?: string;
  func: ParallelFunc<TResult, TLogger>;
}
