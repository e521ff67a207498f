import { MinHeap } from '../clock/min-heap.js';
import type { ExecutionProgress, ExecutionStart, ExecutionState } from '../core/execution-state.js';
import type { HistoryEvent } from '../core/history-event.js';
import type { ExecutionSummary, ExecutionWrite, ListRange, Store } from './store.js';
import { expiryOf } from './store.js';

interface Kept {
  start: ExecutionStart;
  progress: ExecutionProgress;
  events: HistoryEvent[];
}

/** Keeps everything in this process; all is lost with it. */
export class MemoryStore implements Store {
  readonly #executions = new Map<string, Kept>();
  readonly #names = new Map<string, string>();
  /** Per function, in the order of starts. */
  readonly #byFunction = new Map<string, Kept[]>();
  readonly #expiring = new MinHeap<{ id: string; atMs: number }>((left, right) => left.atMs < right.atMs);

  async commit(writes: readonly ExecutionWrite[]): Promise<void> {
    for (const write of writes) this.#write(write);
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
    const kept = this.#byFunction.get(functionName) ?? [];
    const step = descending ? -1 : 1;
    const first = descending ? lastUpTo(kept, from ?? Infinity) : lastUpTo(kept, (from ?? 0) - 1) + 1;
    for (let index = first; index in kept; index += step) yield kept[index] as Kept;
  }

  openExecutions(): Iterable<ExecutionState> {
    return [];
  }

  lastOrder(): number {
    return 0;
  }

  lastMoment(): number {
    return 0;
  }

  async removeExpired(nowMs: number): Promise<number | undefined> {
    const expired = new Set<Kept>();
    for (let next = this.#expiring.peek(); next && next.atMs <= nowMs; next = this.#expiring.peek()) {
      this.#expiring.pop();
      const kept = this.#executions.get(next.id);
      if (kept) expired.add(kept);
    }
    this.#remove(expired);
    return this.#expiring.peek()?.atMs;
  }

  async close(): Promise<void> {
    // Nothing outlives the process.
  }

  #write({ id, start, progress, events }: ExecutionWrite): void {
    const kept = this.#executions.get(id) ?? this.#add(start as ExecutionStart, progress);
    const wasOpen = kept.progress.endedAtMs === undefined || kept.events.length === 0;
    kept.progress = progress;
    for (const event of events) kept.events.push(event);
    const atMs = expiryOf(kept);
    if (wasOpen && atMs !== undefined) this.#expiring.push({ id, atMs });
  }

  #add(start: ExecutionStart, progress: ExecutionProgress): Kept {
    const kept: Kept = { start, progress, events: [] };
    this.#executions.set(start.id, kept);
    this.#names.set(nameKey(start.functionName, start.name), start.id);
    const ofFunction = this.#byFunction.get(start.functionName);
    if (ofFunction) ofFunction.push(kept);
    else this.#byFunction.set(start.functionName, [kept]);
    return kept;
  }

  #remove(expired: ReadonlySet<Kept>): void {
    for (const { start } of expired) {
      this.#executions.delete(start.id);
      this.#names.delete(nameKey(start.functionName, start.name));
    }
    for (const name of new Set([...expired].map(({ start }) => start.functionName))) {
      const kept = this.#byFunction.get(name) ?? [];
      this.#byFunction.set(
        name,
        kept.filter((one) => !expired.has(one)),
      );
    }
  }
}

function nameKey(functionName: string, name: string): string {
  return `${functionName}/${name}`;
}

/** Index of the last execution whose order is at most `order`, by halving. */
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
