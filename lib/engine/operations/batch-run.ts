import { calledFromHere } from '../context/called-from-here.js';
import type { CompletionReason } from '../base/errors/completion-reason.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import type { ChildContextError } from '../base/errors/operation-errors.js';
import { childContextErrorOf } from '../base/errors/rebuild-as.js';
import type { ContextScope, Follower } from '../scope.js';
import type { BatchItem, BatchResult, CompletionItemStatus } from './batch-config.js';
import { type BatchCourse, type BatchProgress, isDecidedInTurn } from './batch-completion.js';
import type { BatchPlan } from './batch-plan.js';
import { CountedBatchResult } from './batch-result.js';
import type { ChildConfig } from './child-context-config.js';
import { ChildContext, resultFormOf } from './child-context.js';
import type { ResultForm } from './result-form.js';
import { inFrameOf } from './asked-functions.js';
import { asking } from './user-answers.js';

type ItemEnd<T> = Pick<BatchItem<T>, 'status' | 'result' | 'error'>;

/**
 * Runs the items of a batch within its context, as many concurrently as allowed, until the batch is complete. Items
 * that still run are abandoned: their batch's context finishes, so they record nothing more.
 */
export class BatchRun<T> {
  readonly #context: ContextScope;
  readonly #plan: BatchPlan<T>;
  readonly #course: BatchCourse;
  readonly #maxConcurrency: number;
  readonly #itemConfig: ChildConfig<T>;
  readonly #itemForm: ResultForm;
  /** Its name in messages. */
  readonly #itemNamer: string;
  readonly #all: Array<BatchItem<T>> = [];
  readonly #progress: BatchProgress;
  /** Whether the completion of an item may complete the batch while others run. */
  readonly #isDecidedInTurn: boolean;
  readonly #isDecidedByUser: boolean;
  /**
   * The engine calls back when items complete; the code that runs then belongs to the code that has called the batch.
   */
  readonly #startFromHere = calledFromHere(() => this.#startItems());
  #running = 0;
  #isStarting = false;
  #isOver = false;
  #resolve!: (batch: BatchResult<T>) => void;
  #reject!: (error: unknown) => void;

  constructor(context: ContextScope, plan: BatchPlan<T>, course: BatchCourse) {
    const { maxConcurrency, nesting, itemSerdes, completionConfig } = plan.config;
    this.#context = context;
    this.#plan = plan;
    this.#course = course;
    this.#maxConcurrency = maxConcurrency ?? Infinity;
    this.#itemConfig = {
      subType: plan.itemSubType,
      serdes: itemSerdes,
      virtualContext: nesting === 'FLAT',
      // Whatever an item throws, `error` of its result has this class.
      errorMapper: childContextErrorOf,
    };
    this.#itemForm = resultFormOf(this.#itemConfig);
    this.#itemNamer = `itemNamer of ${context.operation!.label}`;
    this.#isDecidedInTurn = isDecidedInTurn(completionConfig);
    this.#isDecidedByUser = Boolean(completionConfig?.shouldComplete);
    const items = this.#isDecidedByUser ? this.#statuses() : [];
    const counts = { startedCount: 0, completedCount: 0, successCount: 0, failureCount: 0 };
    this.#progress = { ...counts, totalCount: plan.itemCount, items };
  }

  /** @returns the result of the batch; rejects only when the configuration itself throws */
  run(): Promise<BatchResult<T>> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#startItems();
    });
  }

  /**
   * Starts what may start now. An item that completes synchronously, as on replay, returns here and leaves it to the
   * loop.
   */
  #startItems(): void {
    if (this.#isStarting || this.#isOver) return;
    this.#isStarting = true;
    try {
      while (!this.#hasEnded() && this.#mayStart()) this.#start(this.#all.length);
    } catch (error) {
      this.#isOver = true;
      this.#reject(error);
    }
    this.#isStarting = false;
  }

  /** Starts what can start now, and checks whether the batch is complete. User code runs if there is any to run. */
  #goOn(): 'nothing runs' | undefined {
    if (this.#mayStart() || this.#isDecidedByUser) this.#startFromHere();
    else if (!this.#isStarting && !this.#isOver && !this.#hasEnded()) return 'nothing runs';
    return undefined;
  }

  #hasEnded(): boolean {
    const reason = this.#isDecidedByUser ? this.#askedReason() : this.#course.reasonToEnd(this.#progress);
    if (reason === undefined) return false;
    this.#isOver = true;
    this.#resolve(new CountedBatchResult(this.#all, reason));
    return true;
  }

  #mayStart(): boolean {
    return this.#all.length < this.#course.itemCount && this.#running < this.#maxConcurrency;
  }

  #start(index: number): void {
    const item: BatchItem<T> = { result: undefined, error: undefined, index, status: 'STARTED' };
    this.#all.push(item);
    this.#progress.startedCount += 1;
    if (!this.#course.runs(index)) return;
    if (this.#isDecidedByUser) this.#keepStatus(item);
    this.#running += 1;
    const name = this.#givenName(index) ?? `${this.#plan.namePrefix}${index}`;
    const definition = new ChildContext(this.#plan.bodyOf(index), this.#itemConfig, this.#itemForm);
    const hasBegun = this.#context.beginAt(index + 1, { name, definition }, new ItemFollower(this, item));
    if (!hasBegun && this.#context.isRebuilding) throw nothingToRebuild(`${this.#plan.itemSubType} "${name}"`);
  }

  #givenName(index: number): string | undefined {
    return this.#plan.asksForNames ? this.#askedName(index) : this.#plan.givenName(index);
  }

  #askedName(index: number): string | undefined {
    return asking(this.#itemNamer, () => this.#inAskedFrame('itemNamer', () => this.#plan.givenName(index)));
  }

  #askedReason(): CompletionReason | undefined {
    return this.#inAskedFrame('shouldComplete', () => this.#course.reasonToEnd(this.#progress));
  }

  /** The batch is no body: an operation that these functions call would take the position of an item. */
  #inAskedFrame<R>(name: string, ask: () => R): R {
    return inFrameOf(this.#context, { name, operation: this.#context.operation! }, ask);
  }

  #statuses(): CompletionItemStatus[] {
    return Array.from({ length: this.#plan.itemCount }, (_, index) => {
      const name = this.#givenName(index);
      return name === undefined ? { index } : { index, name };
    });
  }

  /** Whether an item waits for the place of another. */
  get isFull(): boolean {
    return this.#all.length < this.#course.itemCount;
  }

  /** Whether the batch continues without the success of an item, whose record is pending. */
  get goesOn(): boolean {
    return !this.#isDecidedInTurn && !this.isFull && this.#running > 1;
  }

  itemEnded(item: BatchItem<T>, end: ItemEnd<T>): 'nothing runs' | undefined {
    if (this.#isOver) return 'nothing runs';
    item.status = end.status;
    item.result = end.result;
    item.error = end.error;
    this.#progress.completedCount += 1;
    this.#progress[end.status === 'SUCCEEDED' ? 'successCount' : 'failureCount'] += 1;
    this.#running -= 1;
    if (this.#isDecidedByUser) this.#keepStatus(item);
    return this.#goOn();
  }

  #keepStatus({ index, status }: BatchItem<T>): void {
    const kept = this.#progress.items[index];
    if (kept) kept.status = status;
  }
}

/** Tells the batch how one item completed; it replaces a promise, of which thousands would be created. */
class ItemFollower<T> implements Follower<T> {
  readonly #batch: BatchRun<T>;
  readonly #item: BatchItem<T>;

  constructor(batch: BatchRun<T>, item: BatchItem<T>) {
    this.#batch = batch;
    this.#item = item;
  }

  get inBatch(): 'nothing' | 'next item' {
    return this.#batch.isFull ? 'next item' : 'nothing';
  }

  canWait(isSuccess: boolean): boolean {
    return isSuccess && this.#batch.goesOn;
  }

  resolve(result: T): 'nothing runs' | undefined {
    return this.#batch.itemEnded(this.#item, { status: 'SUCCEEDED', result });
  }

  reject(error: unknown): 'nothing runs' | undefined {
    return this.#batch.itemEnded(this.#item, { status: 'FAILED', error: error as ChildContextError });
  }
}

/** An item that had completed has a record, unless the code has changed: waiting for it would never end. */
function nothingToRebuild(label: string): ExecutionError {
  return new ExecutionError(
    `${label} had completed with its batch, but nothing is recorded of it. Deploy changes to the nesting, the order or the ` +
      'number of items as a new version behind the alias.',
    { terminationReason: 'NON_DETERMINISM' },
  );
}
