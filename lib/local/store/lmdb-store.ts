import type { Key, RootDatabase } from 'lmdb';
import type { ExecutionProgress, ExecutionStart, OperationRecord } from '../core/execution-state.js';
import type { HistoryEvent } from '../core/history-event.js';
import type { KeptExecution } from '../core/merge.js';
import type { ExecutionSummary, ExecutionWrite, ListRange, Store } from './store.js';

/** What is kept of an execution beside its start, its operations and its events. */
interface KeptProgress {
  progress: ExecutionProgress;
  untold: readonly string[];
  updated: readonly string[];
}

/** First members of the keys; what follows is written behind each. */
const Table = {
  /** execution id */
  START: 'start',
  /** execution id */
  PROGRESS: 'progress',
  /** execution id, index */
  OPERATION: 'operation',
  /** execution id, event id */
  EVENT: 'event',
  /** function name, execution name; holds the execution id */
  NAME: 'name',
  /** function name, order; holds the execution id */
  BY_FUNCTION: 'by-function',
  /** execution id, of open executions alone */
  OPEN: 'open',
  /** moment, execution id */
  EXPIRING: 'expiring',
  /** execution id, of those that are to be removed */
  DELETING: 'deleting',
  LAST_ORDER: 'last-order',
} as const;

/** Above every number in a key. */
const LAST = Number.MAX_SAFE_INTEGER;

/** Above every id in a key. */
const LAST_TEXT = '\uffff';

/** Executions removed in one transaction. */
const REMOVED_AT_ONCE = 200;

/** Keeps everything in an LMDB environment; commits that are asked for together are written and flushed together. */
export class LmdbStore implements Store {
  readonly #database: RootDatabase<unknown, Key>;

  constructor(database: RootDatabase<unknown, Key>) {
    this.#database = database;
  }

  async commit(writes: readonly ExecutionWrite[]): Promise<void> {
    if (writes.length > 0) {
      await this.#database.batch(() => {
        for (const write of writes) this.#write(write);
      });
    }
    await this.#database.flushed;
  }

  find(id: string): ExecutionSummary | undefined {
    const start = this.#get<ExecutionStart>([Table.START, id]);
    const kept = this.#get<KeptProgress>([Table.PROGRESS, id]);
    return start && kept && { start, progress: kept.progress };
  }

  findByName(functionName: string, name: string): ExecutionSummary | undefined {
    const id = this.#get<string>([Table.NAME, functionName, name]);
    return id === undefined ? undefined : this.find(id);
  }

  *events(id: string, range: ListRange): Iterable<HistoryEvent> {
    for (const { value } of this.#range([Table.EVENT, id], range)) yield value as HistoryEvent;
  }

  *list(functionName: string, range: ListRange): Iterable<ExecutionSummary> {
    for (const { value } of this.#range([Table.BY_FUNCTION, functionName], range)) {
      const found = this.find(value as string);
      if (found) yield found;
    }
  }

  *openExecutions(): Iterable<KeptExecution> {
    for (const key of this.#database.getKeys({ start: [Table.OPEN], end: [Table.OPEN, LAST_TEXT] })) {
      const id = (key as string[])[1] as string;
      const start = this.#get<ExecutionStart>([Table.START, id]) as ExecutionStart;
      const kept = this.#get<KeptProgress>([Table.PROGRESS, id]) as KeptProgress;
      const records = this.#range([Table.OPERATION, id], { from: undefined, descending: false });
      yield { start, ...kept, records: [...records].map(({ value }) => value as OperationRecord) };
    }
  }

  lastOrder(): number {
    return this.#get<number>([Table.LAST_ORDER]) ?? 0;
  }

  async removeExpired(nowMs: number): Promise<number | undefined> {
    for (;;) {
      const expired = [...this.#expiring(nowMs)];
      if (expired.length === 0) break;
      await this.#database.batch(() => {
        for (const { id, atMs } of expired) this.#remove(id, atMs);
      });
    }
    for (const { atMs } of this.#expiring(LAST)) return atMs;
    return undefined;
  }

  *deleting(): Iterable<string> {
    for (const key of this.#database.getKeys({ start: [Table.DELETING], end: [Table.DELETING, LAST_TEXT] })) {
      yield (key as string[])[1] as string;
    }
  }

  async remove(id: string): Promise<void> {
    await this.#database.batch(() => {
      const kept = this.#get<KeptProgress>([Table.PROGRESS, id]);
      this.#remove(id, kept?.progress.expiresAtMs ?? 0);
    });
    await this.#database.flushed;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  #write({ id, start, progress, untold, updated, operations, events }: ExecutionWrite): void {
    const database = this.#database;
    if (start) this.#writeStart(start);
    void database.put([Table.PROGRESS, id], { progress, untold, updated } satisfies KeptProgress);
    for (const record of operations) void database.put([Table.OPERATION, id, record.index], record);
    for (const event of events) void database.put([Table.EVENT, id, event.eventId], event);
    if (progress.status === 'DELETING') void database.put([Table.DELETING, id], true);
    if (progress.expiresAtMs === undefined) return;
    void database.remove([Table.OPEN, id]);
    void database.put([Table.EXPIRING, progress.expiresAtMs, id], true);
  }

  #writeStart(start: ExecutionStart): void {
    const { id, functionName, name, order } = start;
    void this.#database.put([Table.START, id], start);
    void this.#database.put([Table.NAME, functionName, name], id);
    void this.#database.put([Table.BY_FUNCTION, functionName, order], id);
    void this.#database.put([Table.OPEN, id], true);
    void this.#database.put([Table.LAST_ORDER], order);
  }

  /** Whatever is there of an execution; after a removal that may be a last word of what was still running. */
  #remove(id: string, expiresAtMs: number): void {
    const database = this.#database;
    const start = this.#get<ExecutionStart>([Table.START, id]);
    for (const table of [Table.EVENT, Table.OPERATION]) {
      for (const key of database.getKeys({ start: [table, id], end: [table, id, LAST] })) void database.remove(key);
    }
    for (const table of [Table.PROGRESS, Table.START, Table.DELETING]) void database.remove([table, id]);
    void database.remove([Table.EXPIRING, expiresAtMs, id]);
    if (!start) return;
    const { functionName, name, order } = start;
    void database.remove([Table.BY_FUNCTION, functionName, order]);
    if (this.#get<string>([Table.NAME, functionName, name]) === id)
      void database.remove([Table.NAME, functionName, name]);
  }

  *#expiring(upToMs: number): Iterable<{ id: string; atMs: number }> {
    const range = { start: [Table.EXPIRING, 0], end: [Table.EXPIRING, upToMs + 1], limit: REMOVED_AT_ONCE };
    for (const key of this.#database.getKeys(range)) {
      const [, atMs, id] = key as [string, number, string];
      yield { id, atMs };
    }
  }

  #range(prefix: readonly string[], { from, descending }: ListRange) {
    if (descending) {
      return this.#database.getRange({ start: [...prefix, from ?? LAST], end: [...prefix, 0], reverse: true });
    }
    return this.#database.getRange({ start: [...prefix, from ?? 0], end: [...prefix, LAST] });
  }

  #get<T>(key: Key): T | undefined {
    return this.#database.get(key) as T | undefined;
  }
}
