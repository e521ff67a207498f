import type { CompletionReason } from '../base/errors/completion-reason.js';
import type { ChildContextError } from '../base/errors/operation-errors.js';
import type { Serdes } from '../base/serdes/serdes.js';

export const NestingType = {
  /** Each item is a recorded context. */
  NESTED: 'NESTED',
  /** Items are virtual contexts: two updates fewer per item, but the items themselves are not recorded. */
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

export interface BatchResult<TResult> {
  /** Every started item, by index. Do not change it: items are counted and filtered once. */
  all: Array<BatchItem<TResult>>;
  succeeded(): Array<BatchItem<TResult> & { result: TResult }>;
  failed(): Array<BatchItem<TResult> & { error: ChildContextError }>;
  started(): Array<BatchItem<TResult> & { status: 'STARTED' }>;
  /** FAILED when an item failed, unless `shouldComplete` has decided otherwise. */
  status: 'SUCCEEDED' | 'FAILED';
  completionReason: CompletionReason;
  hasFailure: boolean;
  /**
   * Throws the first item's error, if any: a batch itself never throws because an item failed.
   * @throws {ChildContextError} when an item failed
   * @throws {BatchCompletionError} when none did, but `shouldComplete` ended the batch as failed
   */
  throwIfError(): void;
  getResults(): TResult[];
  getErrors(): ChildContextError[];
  successCount: number;
  failureCount: number;
  /** Items that had not completed when the batch did. */
  startedCount: number;
  /** Items that were started. */
  totalCount: number;
}

export const CompletionOutcome = { SUCCEEDED: 'SUCCEEDED', FAILED: 'FAILED' } as const;
export type CompletionOutcome = (typeof CompletionOutcome)[keyof typeof CompletionOutcome];

export type CompletionDecision =
  | { complete: false }
  | {
      complete: true;
      /** Whether the batch as a whole counts as failed. @defaultValue `CompletionOutcome.SUCCEEDED` */
      outcome?: CompletionOutcome;
    };

/** Continues the batch; for `shouldComplete`. */
export function continueBatch(): CompletionDecision {
  return { complete: false };
}

/**
 * Completes the batch now: running items are abandoned, items that have not started never start; for `shouldComplete`.
 */
export function completeBatch(outcome: CompletionOutcome = 'SUCCEEDED'): CompletionDecision {
  return { complete: true, outcome };
}

export interface ThresholdCompletionConfig {
  /** Completes the batch once so many items have succeeded. */
  minSuccessful?: number;
  /** Completes the batch once more items than this have failed. */
  toleratedFailureCount?: number;
  /** Completes the batch once a larger share of all items than this has failed, in percent, 0 to 100. */
  toleratedFailurePercentage?: number;
  shouldComplete?: never;
}

export interface CompletionItemStatus {
  index: number;
  /** The name from `itemNamer` or of the branch. */
  name?: string;
  /** Absent for an item that was not started. */
  status?: BatchItemStatus;
}

export interface CompletionStatus {
  successCount: number;
  failureCount: number;
  completedCount: number;
  totalCount: number;
  /** By index. The array lives as long as the batch and is updated: copy what you keep. */
  items: readonly CompletionItemStatus[];
}

export interface CustomCompletionConfig {
  /**
   * Called before each item is started and after each one has completed; not called on replay of a completed batch. It
   * must depend only on the status.
   */
  shouldComplete: (status: CompletionStatus) => CompletionDecision;
  minSuccessful?: never;
  toleratedFailureCount?: never;
  toleratedFailurePercentage?: never;
}

/** When a batch is complete. By default it completes at the first failure. */
export type CompletionConfig = ThresholdCompletionConfig | CustomCompletionConfig;

export interface BatchConfig<TResult> {
  /**
   * Items that run concurrently, at least 1; an item that waits for the service keeps its place. @defaultValue no limit
   */
  maxConcurrency?: number;
  /** Converts the whole result. @defaultValue JSON that keeps errors and their causes, whatever `configureSerdes` says */
  serdes?: Serdes<BatchResult<TResult>>;
  /** Converts the result of each item. @defaultValue the context's default serdes, JSON unless configured */
  itemSerdes?: Serdes<TResult>;
  completionConfig?: CompletionConfig;
  /** What is stored beside the outcome of each item instead of a result over 256 KiB, for people to read. */
  summaryGenerator?: (result: BatchResult<TResult>) => string;
  /** @defaultValue `NestingType.NESTED` */
  nesting?: NestingType;
}

export interface MapConfig<TItem, TResult> extends BatchConfig<TResult> {
  /** @defaultValue `map-item-0` and so on */
  itemNamer?: (item: TItem, index: number) => string;
}

export type ParallelConfig<TResult> = BatchConfig<TResult>;
