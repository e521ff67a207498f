import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import type { AwaitedCall } from '../invocation/deadline/awaited-call.js';
import { calledFromHere } from '../context/called-from-here.js';
import { endsOutside, ownMomentOf } from './delivery/end-moment.js';

/** Takes the records of a response of the service. */
export interface RecordsReceiver {
  merge(operations: readonly Operation[] | undefined): void | Promise<void>;
}

/** The pages that have not arrived. */
export interface PagesToCome {
  /** Resolves when all of them are merged; rejects when one cannot be read. */
  readonly done: Promise<void>;
  /** The call that fetches the next page. */
  readonly awaited?: AwaitedCall | undefined;
}

interface Labelled {
  readonly label: string;
}

/** Called with the operation's newer record. */
export type OperationWatcher = (operation: Operation) => void;

/**
 * The service's records of an execution, by operation id. Records are kept unchanged: the code that needs results and
 * timestamps decodes them, because a replay uses most records only once.
 *
 * Pages may still be pending. Until the last one has arrived, a missing record means nothing.
 */
export class ExecutionState implements RecordsReceiver {
  readonly #operations = new Map<string, Operation>();
  readonly #watchers = new Map<string, OperationWatcher>();
  #awaitingPages: Array<{ lookAgain: () => void; who: Labelled | undefined }> = [];
  /** Whether every page has arrived. */
  isComplete = true;
  /** Resolves when every page has arrived. @throws {GetExecutionStateError} (rejects) when one cannot be read */
  completion: Promise<void> = Promise.resolve();
  /** When the last completion from outside was recorded, in epoch milliseconds. */
  lastEndOutsideMs = -Infinity;
  #reading: PagesToCome | undefined;

  /** The call that fetches the next page, while pages are pending. */
  get awaited(): AwaitedCall | undefined {
    return this.#reading?.awaited;
  }

  /** The first operation that waits for pages, for messages. */
  get waitingForPages(): string | undefined {
    return this.#awaitingPages.find(({ who }) => who !== undefined)?.who?.label;
  }

  /** @param reading - merges the pages that have not arrived */
  completeBy(reading: PagesToCome): void {
    this.isComplete = false;
    this.#reading = reading;
    this.completion = reading.done.then(() => {
      this.isComplete = true;
      this.#tellOfPage();
    });
    // Callers that need it see the rejection; a refused invocation needs nothing.
    this.completion.catch(() => undefined);
  }

  /** Calls back, in the order of the calls, when a page has arrived. @param who - the waiting operation, if known */
  onNextPage(lookAgain: () => void, who?: Labelled): void {
    this.#awaitingPages.push({ lookAgain: calledFromHere(lookAgain), who });
  }

  /** When the last of all completions and callback ids was recorded, in epoch milliseconds. Reads every record. */
  findLastEndMs(): number {
    let lastMs = this.lastEndOutsideMs;
    for (const operation of this.#operations.values()) lastMs = Math.max(lastMs, ownMomentOf(operation) ?? lastMs);
    return lastMs;
  }

  get(operationId: string): Operation | undefined {
    return this.#operations.get(operationId);
  }

  all(): IterableIterator<Operation> {
    return this.#operations.values();
  }

  /**
   * Takes newer records, each replacing the whole older one, and calls their watchers. What has completed stays so, and
   * so do the attempts that have ended: in whatever order records come, one without them is older, and would run a body
   * again.
   */
  merge(operations: readonly Operation[] | undefined): void {
    if (!operations) return;
    for (let at = 0; at < operations.length; at += 1) {
      const operation = operations[at]!;
      if (this.#isOutdated(operation)) continue;
      this.#operations.set(operation.Id, operation);
      if (operation.EndTimestamp !== undefined && endsOutside(operation)) this.#endedOutside(operation);
    }
    if (this.#watchers.size > 0) this.#tellWatchers(operations);
    if (!this.isComplete) this.#tellOfPage();
  }

  /** Watches one operation, until `unwatch`; it has at most one watcher: the operation itself. */
  watch(operationId: string, watcher: OperationWatcher): void {
    this.#watchers.set(operationId, watcher);
  }

  unwatch(operationId: string): void {
    this.#watchers.delete(operationId);
  }

  /**
   * The EXECUTION operation: by its id, else by its type, because local runners choose other ids and the service may
   * return it on a later page (docs/protocol.md#the-input).
   */
  executionOperation(executionId: string): Operation | undefined {
    const byId = this.#operations.get(executionId);
    if (byId?.Type === 'EXECUTION') return byId;
    for (const operation of this.#operations.values()) {
      if (operation.Type === 'EXECUTION') return operation;
    }
    return undefined;
  }

  #endedOutside({ EndTimestamp }: Operation): void {
    const endedMs = toEpochMs(EndTimestamp);
    if (endedMs !== undefined && endedMs > this.lastEndOutsideMs) this.lastEndOutsideMs = endedMs;
  }

  /** Whether it is an open record of a completed operation, or knows of fewer attempts that have ended. */
  #isOutdated({ Id, Status, StepDetails }: Operation): boolean {
    if (isTerminalStatus(Status)) return false;
    const known = this.#operations.get(Id);
    if (known === undefined) return false;
    return isTerminalStatus(known.Status) || (StepDetails?.Attempt ?? Infinity) < (known.StepDetails?.Attempt ?? 0);
  }

  #tellOfPage(): void {
    for (const { lookAgain } of this.#awaitingPages.splice(0)) lookAgain();
  }

  #tellWatchers(operations: readonly Operation[]): void {
    for (const { Id } of operations) this.#watchers.get(Id)?.(this.#operations.get(Id)!);
  }
}
