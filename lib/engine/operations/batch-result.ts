import { asRecord } from '../../wire/thrown.js';
import type { CompletionReason } from '../base/errors/completion-reason.js';
import { BatchCompletionError, ChildContextError } from '../base/errors/operation-errors.js';
import { shareOrigin } from '../base/errors/failure-origin.js';
import { fromRecordedFailure, toRecordedFailure } from '../base/errors/recorded-failure.js';
import type { BatchItem, BatchResult } from './batch-config.js';

type Succeeded<T> = BatchItem<T> & { result: T };
type Failed<T> = BatchItem<T> & { error: ChildContextError };
type Started<T> = BatchItem<T> & { status: 'STARTED' };

/** The result of a batch, counted when it is created. */
export class CountedBatchResult<T> implements BatchResult<T> {
  readonly all: Array<BatchItem<T>>;
  readonly completionReason: CompletionReason;
  readonly #counts = { SUCCEEDED: 0, FAILED: 0, STARTED: 0 };

  constructor(all: Array<BatchItem<T>>, completionReason: CompletionReason) {
    this.all = all;
    this.completionReason = completionReason;
    for (const { status } of all) this.#counts[status] += 1;
  }

  get successCount(): number {
    return this.#counts.SUCCEEDED;
  }

  get failureCount(): number {
    return this.#counts.FAILED;
  }

  get startedCount(): number {
    return this.#counts.STARTED;
  }

  get totalCount(): number {
    return this.all.length;
  }

  get hasFailure(): boolean {
    return this.failureCount > 0;
  }

  /** A custom decision states the status of the batch; otherwise any failure counts. */
  get status(): 'SUCCEEDED' | 'FAILED' {
    if (this.completionReason === 'CUSTOM_COMPLETION_SUCCEEDED') return 'SUCCEEDED';
    return this.hasFailure || this.completionReason === 'CUSTOM_COMPLETION_FAILED' ? 'FAILED' : 'SUCCEEDED';
  }

  succeeded(): Array<Succeeded<T>> {
    return this.all.filter((item): item is Succeeded<T> => item.status === 'SUCCEEDED');
  }

  failed(): Array<Failed<T>> {
    return this.all.filter((item): item is Failed<T> => item.status === 'FAILED');
  }

  started(): Array<Started<T>> {
    return this.all.filter((item): item is Started<T> => item.status === 'STARTED');
  }

  getResults(): T[] {
    return this.succeeded().map(({ result }) => result);
  }

  getErrors(): ChildContextError[] {
    return this.failed().map(({ error }) => error);
  }

  throwIfError(): void {
    const [first] = this.getErrors();
    if (first) throw first;
    if (this.status === 'FAILED') throw new BatchCompletionError(this.completionReason);
  }

  /** The persisted form: errors keep their messages and causes, which plain JSON would drop. */
  toJSON(): unknown {
    const { all, completionReason } = this;
    if (!this.hasFailure) return { all, completionReason };
    const told = all.map(({ error, ...item }) => (error ? { error: toRecordedFailure(error), ...item } : item));
    return { all: told, completionReason };
  }
}

/**
 * Restores the members and errors of a persisted batch. A value that a user's serdes has converted to something else,
 * or to a batch with its own members, is returned unchanged.
 *
 * @param live - the batch itself, if it has completed in this invocation
 */
export function restoreBatch<T>(value: unknown, live?: BatchResult<T>): BatchResult<T> {
  const { all, completionReason = 'ALL_COMPLETED', getResults } = asRecord(value);
  if (!Array.isArray(all) || typeof getResults === 'function') return value as BatchResult<T>;
  const items = (all as Array<BatchItem<T>>).map((item, position) => restoreItem(item, live?.all[position]?.error));
  return new CountedBatchResult(items, completionReason as CompletionReason);
}

function restoreItem<T>(item: BatchItem<T>, live: Error | undefined): BatchItem<T> {
  const { error: recorded } = item;
  if (recorded === undefined || recorded instanceof Error) return item;
  const failure = fromRecordedFailure(recorded);
  const error = failure instanceof ChildContextError ? failure : new ChildContextError(failure.message, failure);
  shareOrigin(error, live);
  return { ...item, error };
}
