import type { RecordedEnd } from '../update-queue.js';
import { compareCalls, operationIdAt } from '../../context/operation-id.js';
import { nextTick } from '../../../process-state.js';
import { InOrder } from './in-order.js';

/** The end of an operation that somebody awaits. */
export interface Delivery extends RecordedEnd {
  /** When it was recorded, in epoch milliseconds; absent while that is on its way, as of a context that has just ended. */
  readonly recordedMs: number | undefined;
  /** How far ends had been delivered when the context of the operation finished; absent while it has not. */
  readonly contextClosedAt: DeliveredUntil | undefined;
  /** Whether only a batch is told, of whose end code is told in turn. */
  readonly isAwaitedByBatch: boolean;
  /** Whether the code that is told can go on: it is known whether its next operation is recorded. */
  readonly isAwaitedByKnownCode: boolean;
  /** Whether its value is still being converted; calls back when it no longer is. */
  whileConverting(callBack: () => void): boolean;
  /** @returns `nothing runs` where no code has become ready to run by it; anything else where that may be */
  deliver(): unknown;
}

/** How far the record has been delivered: the last of the ends in it. */
export type DeliveredUntil = Pick<Delivery, 'id' | 'recordedMs'>;

export interface DeliveriesOptions {
  /** Keeps the invocation alive (1) while there are ends to deliver, and no longer (-1). */
  onBusy(by: 1 | -1): void;
  /** Whether the invocation has been decided: nobody is told anything any more. */
  isOver(): boolean;
  /** Calls back when more of the state is known. */
  onNextPage(lookAgain: () => void): void;
  /** Whether an operation is under way whose end may be recorded first, in this invocation or in one after a crash. */
  isAnyUnderWay(): boolean;
  /** Whether an end that is on its way into the record comes before all others that are. */
  isFirstToBeRecorded(delivery: Delivery): boolean;
  /** An end has been delivered before it is recorded. */
  onDeliveredEarly(delivery: Delivery): void;
  /** Resolves when all ends are known that go before those that are known now; absent where they are. */
  whenTiesAreKnown(): Promise<void> | undefined;
  /** Somebody waits for an end to be recorded. */
  onAwaitingRecord(): void;
}

/**
 * Delivers the ends of operations to the code that awaits them, in the order in which they were recorded and one at a
 * time, live as on replay: what becomes ready to run by one end has made its next calls before the next end is delivered.
 * So every invocation takes the path of the first. Only an end that no code can see shares its turn with the next one.
 * Ends that were recorded in the same millisecond come in the order of their calls.
 *
 * The end of a context is known before it is recorded. It is delivered at once where no other end can be recorded before
 * it, and otherwise in its turn.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #recorded = new InOrder<Delivery>(byRecord);
  readonly #unrecorded = new InOrder<Delivery>(byCall);
  /** What has to happen before it is known which end comes next: calls that wait for their records, for example. */
  #holds = 0;
  #deliveredUntil: DeliveredUntil = START;
  #isPlanned = false;
  #isBusy = false;
  #isUrgent = false;
  // Made once, since each end that is delivered plans with them.
  readonly #afterCallbacks = () => nextTick(this.#nextTurn);
  readonly #nextTurn = () => this.#deliverNext();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** An end that is recorded. */
  add(delivery: Delivery): void {
    this.#recorded.add(delivery);
    this.#plan();
  }

  /**
   * The end of a context whose update is on its way.
   * @param isUrgent - whether somebody cannot go on without it
   */
  addUnrecorded(delivery: Delivery, isUrgent: boolean): void {
    this.#unrecorded.add(delivery);
    this.#isUrgent ||= isUrgent;
    this.#plan();
  }

  /** Delivers nothing until as many {@link release}: it is not known yet which end comes next. */
  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    this.lookAgain();
  }

  get deliveredUntil(): DeliveredUntil {
    return this.#deliveredUntil;
  }

  /** Something has happened that may let the next end be delivered. */
  lookAgain(): void {
    this.#plan();
  }

  /**
   * Runs behind all promise callbacks that are ready. A tick comes before those where both are planned outside of them,
   * hence the callback in between.
   */
  #plan(): void {
    if (this.#isPlanned || this.#holds > 0 || !this.#hasMore()) return;
    this.#isPlanned = true;
    void ready.then(this.#afterCallbacks);
  }

  /** Whether there is an end left to deliver. */
  #hasMore(): boolean {
    this.#setBusy(this.#recorded.size > 0);
    return this.#recorded.size > 0 || this.#unrecorded.size > 0;
  }

  #deliverNext(): void {
    this.#isPlanned = false;
    while (this.#deliverFirst());
  }

  /** @returns whether the next end shares the turn, since no code can tell the difference */
  #deliverFirst(): boolean {
    if (this.#holds > 0 || this.#options.isOver()) return false;
    const next = this.#recorded.first ?? this.#firstUnrecorded();
    if (next?.whileConverting(() => this.#plan())) return false;
    if (next === undefined || !this.#isItsTurn(next)) this.#awaitRecord();
    else if (this.#awaitsTies()) return false;
    else if (!next.isAwaitedByKnownCode) this.#options.onNextPage(() => this.#plan());
    else if (this.#deliver(next)) return this.#hasMore();
    else this.#plan();
    return false;
  }

  /** @returns whether no code can tell that the end has been delivered */
  #deliver(delivery: Delivery): boolean {
    const isRecorded = delivery.recordedMs !== undefined;
    (isRecorded ? this.#recorded : this.#unrecorded).take();
    // An operation that ended after its context had finished is an orphan: in no invocation does anything follow from it.
    if (delivery.contextClosedAt && (!isRecorded || byRecord(delivery, delivery.contextClosedAt) > 0)) return true;
    if (!isRecorded) this.#options.onDeliveredEarly(delivery);
    else if (byRecord(delivery, this.#deliveredUntil) > 0) this.#deliveredUntil = delivery;
    return delivery.deliver() === 'nothing runs';
  }

  #awaitsTies(): boolean {
    const known = this.#options.whenTiesAreKnown();
    if (!known) return false;
    this.hold();
    void known.then(() => this.release());
    return true;
  }

  #firstUnrecorded(): Delivery | undefined {
    // Those that have been recorded since are in the other one.
    while (this.#unrecorded.first && this.#unrecorded.first.recordedMs !== undefined) this.#unrecorded.take();
    return this.#unrecorded.first;
  }

  #isItsTurn(next: Delivery): boolean {
    if (next.recordedMs !== undefined) return true;
    const { isAnyUnderWay, isFirstToBeRecorded } = this.#options;
    return next.isKnownBefore && (next.isAwaitedByBatch || !isAnyUnderWay()) && isFirstToBeRecorded(next);
  }

  #awaitRecord(): void {
    if (!this.#isUrgent) return;
    this.#isUrgent = false;
    this.#options.onAwaitingRecord();
  }

  #setBusy(isBusy: boolean): void {
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    this.#options.onBusy(isBusy ? 1 : -1);
  }
}

const ready = Promise.resolve();

const START: DeliveredUntil = { id: operationIdAt(undefined, 0), recordedMs: -Infinity };

function byRecord(one: DeliveredUntil, other: DeliveredUntil): number {
  return one.recordedMs! - other.recordedMs! || byCall(one, other);
}

function byCall(one: DeliveredUntil, other: DeliveredUntil): number {
  return compareCalls(one.id, other.id);
}
