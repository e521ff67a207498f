import { asRecord } from '../../wire/thrown.js';
import type { CompletionReason } from '../base/errors/completion-reason.js';
import { type BatchItemStatus, type BatchResult } from './batch-config.js';
import type { BatchCourse, BatchProgress } from './batch-completion.js';
import { readSummary } from './user-answers.js';

/** One character for each started item, by index (docs/protocol.md#map-and-parallel). */
const MARKS: Readonly<Record<BatchItemStatus, string>> = { SUCCEEDED: 'S', FAILED: 'F', STARTED: '-' };

export interface SummaryForm {
  readonly type: 'MapResult' | 'ParallelResult';
  /** Whether items that had not completed are counted too. */
  readonly countsStarted: boolean;
}

/** Replaces a result that is too large: enough to rebuild it from the records of its items. */
export function summaryOf<T>(
  batch: BatchResult<T>,
  { type, countsStarted }: SummaryForm,
  generate?: (batch: BatchResult<T>) => string,
): string {
  return JSON.stringify({
    type,
    totalCount: batch.totalCount,
    successCount: batch.successCount,
    failureCount: batch.failureCount,
    ...(countsStarted && { startedCount: batch.startedCount }),
    completionReason: batch.completionReason,
    status: batch.status,
    itemStatuses: marksOf(batch.all),
    ...summaryBy(generate, batch),
  });
}

function summaryBy<T>(generate: ((batch: BatchResult<T>) => string) | null | undefined, batch: BatchResult<T>) {
  const answer: unknown = generate?.(batch);
  return answer === undefined || answer === null ? {} : { summary: readSummary(answer) };
}

/**
 * The course of a batch that completed earlier: its items rebuild their results, and no decision is made again. Items
 * that had not completed do not run.
 */
export class RecordedCourse implements BatchCourse {
  readonly #marks: string;
  readonly #ended: number;
  readonly #reason: CompletionReason;

  /**
   * @param recorded - what is recorded of the batch: a summary, or the whole result
   * @param probe - reads the mark of an item from its own record; for summaries written before items were listed
   */
  constructor(recorded: unknown, probe: () => string) {
    const { itemStatuses, all, completionReason } = asRecord(recorded);
    const marks = typeof itemStatuses === 'string' ? itemStatuses : Array.isArray(all) ? marksOf(all) : probe();
    this.#marks = marks;
    this.#ended = marks.length - marks.split(MARKS.STARTED).length + 1;
    this.#reason = (completionReason as CompletionReason | undefined) ?? 'ALL_COMPLETED';
  }

  get itemCount(): number {
    return this.#marks.length;
  }

  runs(index: number): boolean {
    return this.#marks[index] !== MARKS.STARTED;
  }

  reasonToEnd({ startedCount, completedCount }: BatchProgress): CompletionReason | undefined {
    const isRebuilt = startedCount === this.itemCount && completedCount === this.#ended;
    return isRebuilt ? this.#reason : undefined;
  }
}

function marksOf(items: ReadonlyArray<{ status: BatchItemStatus }>): string {
  return items.map(({ status }) => MARKS[status]).join('');
}
