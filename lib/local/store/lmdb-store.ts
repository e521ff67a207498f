import type { ExecutionProgress, ExecutionStart, OperationRecord } from '../core/execution-state.js';
import type { HistoryEvent } from '../core/history-event.js';
import type { KeptExecution } from '../core/merge.js';
import type { KeptChange, KeptDatabase } from './kept-database.js';
import type { ExecutionSummary, ExecutionWrite, ListRange, Store } from './store.js';

/** What is stored of an execution beside its start, its operations and its events. */
interface KeptProgress {
  progress: ExecutionProgress;
  untold: readonly string[];
  updated: readonly string[];
}

/** First members of the keys; the comment above each gives the next members. */
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
  /** execution id, of those that are open, or whose last invocation has not ended */
  OPEN: 'open',
  /** moment, execution id */
  EXPIRING: 'expiring',
  /** execution id, of those that will be removed */
  DELETING: 'deleting',
  LAST_ORDER: 'last-order',
} as const;

/** Above every number in a key. */
const LAST = Number.MAX_SAFE_INTEGER;

/** Above every id in a key. */
const LAST_TEXT = '\uffff';

/** Executions removed in one transaction. */
const REMOVED_AT_ONCE = 200;

/** Stores everything in a database on disk. */
export class LmdbStore implements Store {
  readonly #database: KeptDatabase;

  constructor(database: KeptDatabase) {
    this.#database = database;
  }

  async commit(writes: readonly ExecutionWrite[]): Promise<void> {
    await this.#database.write(writes.flatMap(changesOf));
  }

  find(id: string): ExecutionSummary | undefined {
    const start = this.#database.get<ExecutionStart>([Table.START, id]);
    const kept = this.#database.get<KeptProgress>([Table.PROGRESS, id]);
    return start && kept && { start, progress: kept.progress };
  }

  findByName(functionName: string, name: string): ExecutionSummary | undefined {
    const id = this.#database.get<string>([Table.NAME, functionName, name]);
    return id === undefined ? undefined : this.find(id);
  }

  events(id: string, range: ListRange): Iterable<HistoryEvent> {
    return this.#database.values(placesOf([Table.EVENT, id], range));
  }

  *list(functionName: string, range: ListRange): Iterable<ExecutionSummary> {
    for (const id of this.#database.values<string>(placesOf([Table.BY_FUNCTION, functionName], range))) {
      const found = this.find(id);
      if (found) yield found;
    }
  }

  *unfinished(): Iterable<KeptExecution> {
    for (const id of this.#idsIn(Table.OPEN)) {
      const start = this.#database.get<ExecutionStart>([Table.START, id]) as ExecutionStart;
      const kept = this.#database.get<KeptProgress>([Table.PROGRESS, id]) as KeptProgress;
      const all = placesOf([Table.OPERATION, id], { from: undefined, descending: false });
      yield { start, ...kept, records: [...this.#database.values<OperationRecord>(all)] };
    }
  }

  lastOrder(): number {
    return this.#database.get<number>([Table.LAST_ORDER]) ?? 0;
  }

  async removeExpired(nowMs: number): Promise<number | undefined> {
    for (;;) {
      const expired = [...this.#expiring(nowMs)];
      if (expired.length === 0) break;
      await this.#database.write(expired.flatMap(({ id, atMs }) => this.#removalOf(id, atMs)));
    }
    for (const { atMs } of this.#expiring(LAST)) return atMs;
    return undefined;
  }

  deleting(): Iterable<string> {
    return this.#idsIn(Table.DELETING);
  }

  async remove(id: string): Promise<void> {
    const kept = this.#database.get<KeptProgress>([Table.PROGRESS, id]);
    await this.#database.write(this.#removalOf(id, kept?.progress.expiresAtMs ?? 0));
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  /** Everything that exists of an execution; after a removal, a last write of a running invocation may be left. */
  #removalOf(id: string, expiresAtMs: number): KeptChange[] {
    const start = this.#database.get<ExecutionStart>([Table.START, id]);
    const lists = [Table.EVENT, Table.OPERATION].map((table) => ({ start: [table, id], end: [table, id, LAST] }));
    const keys: KeptChange['key'][] = [
      ...lists.flatMap((range) => [...this.#database.keys(range)]),
      ...[Table.PROGRESS, Table.START, Table.OPEN, Table.DELETING].map((table) => [table, id]),
      [Table.EXPIRING, expiresAtMs, id],
    ];
    if (start) {
      const { functionName, name, order } = start;
      keys.push([Table.BY_FUNCTION, functionName, order]);
      const named = [Table.NAME, functionName, name];
      if (this.#database.get<string>(named) === id) keys.push(named);
    }
    return keys.map((key) => ({ key, value: undefined }));
  }

  *#idsIn(table: string): Iterable<string> {
    for (const [, id] of this.#database.keys<[string, string]>({ start: [table], end: [table, LAST_TEXT] })) yield id;
  }

  *#expiring(upToMs: number): Iterable<{ id: string; atMs: number }> {
    const range = { start: [Table.EXPIRING, 0], end: [Table.EXPIRING, upToMs + 1], limit: REMOVED_AT_ONCE };
    for (const [, atMs, id] of this.#database.keys<[string, number, string]>(range)) yield { atMs, id };
  }
}

function changesOf({ id, start, progress, untold, updated, operations, events }: ExecutionWrite): KeptChange[] {
  return [
    ...(start ? startChanges(start) : []),
    { key: [Table.PROGRESS, id], value: { progress, untold, updated } satisfies KeptProgress },
    ...operations.map((record) => ({ key: [Table.OPERATION, id, record.index], value: record })),
    ...events.map((event) => ({ key: [Table.EVENT, id, event.eventId], value: event })),
    ...(progress.status === 'DELETING' ? [{ key: [Table.DELETING, id], value: true }] : []),
    ...(progress.expiresAtMs === undefined ? [] : closingChanges(id, progress)),
  ];
}

function startChanges(start: ExecutionStart): KeptChange[] {
  const { id, functionName, name, order } = start;
  return [
    { key: [Table.START, id], value: start },
    { key: [Table.NAME, functionName, name], value: id },
    { key: [Table.BY_FUNCTION, functionName, order], value: id },
    { key: [Table.OPEN, id], value: true },
    { key: [Table.LAST_ORDER], value: order },
  ];
}

function closingChanges(id: string, { expiresAtMs, running }: ExecutionProgress): KeptChange[] {
  return [
    ...(running ? [] : [{ key: [Table.OPEN, id], value: undefined }]),
    { key: [Table.EXPIRING, expiresAtMs as number, id], value: true },
  ];
}

function placesOf(prefix: readonly string[], { from, descending }: ListRange) {
  if (descending) return { start: [...prefix, from ?? LAST], end: [...prefix, 0], reverse: true };
  return { start: [...prefix, from ?? 0], end: [...prefix, LAST] };
}
