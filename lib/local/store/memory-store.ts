import { MinHeap } from '../clock/min-heap.js';
import type { ExecutionProgress, ExecutionStart } from '../core/execution-state.js';
import type { HistoryEvent } from '../core/history-event.js';
import type { KeptExecution } from '../core/merge.js';
import type { ExecutionSummary, ExecutionWrite, ListRange, Store } from './store.js';

interface Kept {
  start: ExecutionStart;
  progress: ExecutionProgress;
  events: HistoryEvent[];
  isGone: boolean;
}

/** The executions of one function in the order of their starts; removed ones stay until they are the larger part. */
interface FunctionList {
  kept: Kept[];
  gone: number;
}

/** Stores everything in this process; all is lost with it. */
export class MemoryStore implements Store {
  readonly #executions = new Map<string, Kept>();
  readonly #names = new Map<string, string>();
  readonly #byFunction = new Map<string, FunctionList>();
  readonly #expiring = new MinHeap<{ kept: Kept; atMs: number }>((left, right) => left.atMs < right.atMs);
  readonly #maxClosed: number;

  /**
   * @param maxClosed the number of closed executions that are kept; beyond it, those that would expire first are
   *   dropped
   */
  constructor(maxClosed: number) {
    this.#maxClosed = maxClosed;
  }

  async commit(writes: readonly ExecutionWrite[]): Promise<void> {
    for (const write of writes) this.#write(write);
    while (this.#expiring.size > this.#maxClosed) this.#removeNext();
  }

  find(id: string): ExecutionSummary | undefined {
    return this.#executions.get(id);
  }

  findByName(functionName: string, name: string): ExecutionSummary | undefined {
    const id = this.#names.get(nameKey(functionName, name));
    return id === undefined ? undefined : this.find(id);
  }

  *events(id: string, { from, descending }: ListRange): Iterable<HistoryEvent> {
    const events = this.#executions.get(id)?.events ?? [];
    const step = descending ? -1 : 1;
    for (let index = (from ?? (descending ? events.length : 1)) - 1; index in events; index += step) {
      yield events[index] as HistoryEvent;
    }
  }

  *list(functionName: string, { from, descending }: ListRange): Iterable<ExecutionSummary> {
    const { kept } = this.#byFunction.get(functionName) ?? { kept: [] };
    const step = descending ? -1 : 1;
    const first = descending ? lastUpTo(kept, from ?? Infinity) : lastUpTo(kept, (from ?? 0) - 1) + 1;
    for (let index = first; index in kept; index += step) {
      const one = kept[index] as Kept;
      if (!one.isGone) yield one;
    }
  }

  unfinished(): Iterable<KeptExecution> {
    return [];
  }

  deleting(): Iterable<string> {
    return [];
  }

  async remove(id: string): Promise<void> {
    const kept = this.#executions.get(id);
    if (kept) this.#forget(kept);
  }

  lastOrder(): number {
    return 0;
  }

  async removeExpired(nowMs: number): Promise<number | undefined> {
    for (let next = this.#expiring.peek(); next && next.atMs <= nowMs; next = this.#expiring.peek()) this.#removeNext();
    return this.#expiring.peek()?.atMs;
  }

  async close(): Promise<void> {
    // Nothing outlives the process.
  }

  #write({ id, start, progress, events }: ExecutionWrite): void {
    const existing = this.#executions.get(id);
    const kept = existing ?? (start && this.#add(start, progress));
    // An execution that was removed meanwhile does not come back.
    if (!kept) return;
    const { expiresAtMs } = progress;
    const hasEnded = expiresAtMs !== undefined && existing?.progress.expiresAtMs === undefined;
    kept.progress = progress;
    for (const event of events) kept.events.push(event);
    if (hasEnded) this.#expiring.push({ kept, atMs: expiresAtMs });
  }

  #add(start: ExecutionStart, progress: ExecutionProgress): Kept {
    const { id, functionName, name } = start;
    const kept: Kept = { start, progress, events: [], isGone: false };
    this.#executions.set(id, kept);
    this.#names.set(nameKey(functionName, name), id);
    const list = this.#byFunction.get(functionName);
    if (list) list.kept.push(kept);
    else this.#byFunction.set(functionName, { kept: [kept], gone: 0 });
    return kept;
  }

  #removeNext(): void {
    const kept = this.#expiring.pop()?.kept;
    if (kept && !kept.isGone) this.#forget(kept);
  }

  #forget(kept: Kept): void {
    const { id, functionName, name } = kept.start;
    kept.isGone = true;
    this.#executions.delete(id);
    if (this.#names.get(nameKey(functionName, name)) === id) this.#names.delete(nameKey(functionName, name));
    const list = this.#byFunction.get(functionName) as FunctionList;
    list.gone += 1;
    if (list.gone * 2 <= list.kept.length) return;
    this.#byFunction.set(functionName, { kept: list.kept.filter(({ isGone }) => !isGone), gone: 0 });
  }
}

function nameKey(functionName: string, name: string): string {
  return `${functionName}/${name}`;
}

/** Index of the last execution whose order is at most `order`, by binary search. */
function lastUpTo(kept: readonly Kept[], order: number): number {
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((kept[middle] as Kept).start.order <= order) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
