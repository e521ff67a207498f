import type { Operation } from '../../wire/operation.js';
import type { Effect } from './effect.js';
import type { ExecutionProgress, ExecutionState, OperationRecord, RememberedCheckpoint } from './execution-state.js';
import type { Environment } from './environment.js';
import type { EventDetails, ExecutionEventType, HistoryEvent, OperationEventType } from './history-event.js';

/** All changes of one transition, as data: merged into memory and written to the store, or dropped as a whole. */
export interface Change {
  progress: ExecutionProgress;
  /** Created or replaced operations, new ones in the order of their starts. */
  operations: ReadonlyMap<string, OperationRecord>;
  events: readonly HistoryEvent[];
  effects: readonly Effect[];
  /** The changes that were pending for delivery have been delivered. */
  toldAll: boolean;
  /** Operations whose changes are not delivered to the function yet. */
  untold: readonly string[];
  /** An invocation ended well: what was delivered to it counts as seen. */
  seen: boolean;
  remembered?: RememberedCheckpoint | undefined;
  answerRest?: readonly OperationRecord[] | undefined;
}

/** A transition in progress: reads through to the state, writes to itself. */
export class Draft {
  readonly env: Environment;
  readonly progress: ExecutionProgress;
  /**
   * The time of this transition: later than every completion in an earlier one, which a clock alone does not ensure.
   */
  readonly nowMs: number;
  readonly #state: ExecutionState;
  readonly #operations = new Map<string, OperationRecord>();
  readonly #events: HistoryEvent[] = [];
  readonly #effects: Effect[] = [];
  #toldAll = false;
  #untold: string[] = [];
  #seen = false;
  #created = 0;
  remembered: RememberedCheckpoint | undefined;
  answerRest: readonly OperationRecord[] | undefined;

  constructor(state: ExecutionState, env: Environment) {
    this.#state = state;
    this.env = env;
    this.progress = { ...state.progress };
    this.nowMs = Math.max(env.nowMs, state.progress.earliestMs ?? 0);
  }

  /** The state before this transition, without its changes. */
  get before(): Readonly<ExecutionState> {
    return this.#state;
  }

  /** The time at which a timer of so many seconds is due, by the clock. */
  dueIn(seconds: number): number {
    return this.env.nowMs + seconds * 1000;
  }

  get operationCount(): number {
    return this.#state.operations.size + this.#created;
  }

  get changed(): ReadonlyMap<string, OperationRecord> {
    return this.#operations;
  }

  find(id: string): OperationRecord | undefined {
    return this.#operations.get(id) ?? this.#state.operations.get(id);
  }

  create(operation: Operation, hidden: Omit<OperationRecord, 'operation' | 'index'> = {}): OperationRecord {
    const record = { ...hidden, operation, index: this.operationCount };
    this.#operations.set(operation.Id, record);
    this.#created += 1;
    return record;
  }

  replace(record: OperationRecord): void {
    this.#operations.set(record.operation.Id, record);
  }

  /** An operation changed, but not by the function: the change must be delivered. */
  replaceFromOutside(record: OperationRecord): void {
    this.replace(record);
    this.announce(record.operation.Id);
  }

  /** The change of an operation must be delivered to the function, which has something to do. */
  announce(id: string): void {
    this.#untold.push(id);
    this.effect({ kind: 'wake' });
  }

  /** Everything that the function did not know has been delivered. */
  tellAll(): void {
    this.#toldAll = true;
    this.#untold = [];
  }

  see(): void {
    this.#seen = true;
  }

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  recordOperation(type: OperationEventType, { operation }: OperationRecord, details: EventDetails): void {
    const { Id, Name, SubType, ParentId } = operation;
    this.#record({ type, id: Id, name: Name, subType: SubType, parentId: ParentId, details });
  }

  recordExecution(type: ExecutionEventType, details: EventDetails): void {
    const { id, name } = this.#state.start;
    this.#record({ type, id, name, details });
  }

  recordInvocation(details: EventDetails): void {
    this.#record({ type: 'InvocationCompleted', details });
  }

  change(): Change {
    this.progress.earliestMs = this.#hasEnded() ? this.nowMs + 1 : this.nowMs;
    return {
      progress: this.progress,
      operations: this.#operations,
      events: this.#events,
      effects: this.#effects,
      toldAll: this.#toldAll,
      untold: this.#untold,
      seen: this.#seen,
      remembered: this.remembered,
      answerRest: this.answerRest,
    };
  }

  #hasEnded(): boolean {
    for (const { operation } of this.#operations.values()) if (operation.EndTimestamp === this.nowMs) return true;
    return false;
  }

  #record(event: Omit<HistoryEvent, 'eventId' | 'atMs'>): void {
    this.progress.eventCount += 1;
    this.#events.push({ ...event, eventId: this.progress.eventCount, atMs: this.nowMs });
  }
}
