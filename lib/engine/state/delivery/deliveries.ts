import type { RecordedEnd } from '../update-queue.js';
import { compareCalls, operationIdAt } from '../../context/operation-id.js';
import { nextTick } from '../../../process-state.js';
import { InOrder } from './in-order.js';
import type { Ties } from './ties.js';

/** The completion of an awaited operation. */
export interface Delivery extends RecordedEnd {
  /**
   * When it was recorded, in epoch milliseconds; absent while the record is pending, as for a context that has just
   * completed.
   */
  readonly recordedMs: number | undefined;
  /** Where the operation was called. */
  readonly context: DeliveryContext;
  /** What it sets going if only a batch receives it; then code learns of it by the completion of the batch. */
  readonly inBatch: 'nothing' | 'next item' | undefined;
  /** Whether its value is still being converted; calls back when it no longer is. */
  whileConverting(callBack: () => void): boolean;
  /** @returns `nothing runs` where no code has become ready to run by it; anything else where that may be */
  deliver(): unknown;
}

/** The context whose code receives a completion. */
export interface DeliveryContext {
  /** The last delivered completion when the context finished; absent while it has not. */
  readonly closedAt: DeliveredUntil | undefined;
  /** Whether its code can continue: it is known whether its next operation is recorded. */
  readonly knowsNext: boolean;
  /** The id of the nearest recorded context, itself included; absent for the root. */
  readonly recordedId: string | undefined;
}

/** The last delivered completion in the record. */
export type DeliveredUntil = Pick<Delivery, 'id' | 'recordedMs'>;

export interface DeliveriesOptions {
  /** Keeps the invocation alive (1) while there are completions to deliver, and no longer (-1). */
  onBusy(by: 1 | -1): void;
  /** Whether the outcome of the invocation is decided: nothing is delivered any more. */
  isOver(): boolean;
  /** Calls back when more of the state is known. */
  onNextPage(lookAgain: () => void): void;
  /** Whether something may complete before one with a pending record, in this invocation or in one after a crash. */
  mayOthersPrecede(delivery: Delivery): boolean;
  /** Whether a completion with a pending record comes before all other pending ones. */
  isFirstToBeRecorded(delivery: Delivery): boolean;
  /** A completion has been delivered before it is recorded. */
  onDeliveredEarly(delivery: Delivery): void;
  /** The completions that may have the same millisecond as the known ones. */
  ties: Pick<Ties, 'whenKnown'>;
  /** A completion with a pending record is awaited. */
  onAwaitingRecord(): void;
}

/**
 * Delivers the ends of operations to the code that awaits them, in the order in which they were recorded and one at a
 * time, live as on replay: what becomes ready to run by one end has made its next calls before the next end is delivered.
 * So every invocation takes the path of the first. Only an end that no code can see shares its turn with the next one.
 * Ends that were recorded in the same millisecond come in the order of their calls.
 *
 * The completion of a context is known before it is recorded. It is delivered immediately if no other completion can be
 * recorded before it, and otherwise in its turn.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #recorded = new InOrder<Delivery>(byRecord);
  readonly #unrecorded = new InOrder<Delivery>(byCall);
  /** The number of reasons why the next completion is unknown: for example calls that wait for their records. */
  #holds = 0;
  deliveredUntil: DeliveredUntil = START;
  #isPlanned = false;
  #isBusy = false;
  #isUrgent = false;
  // Created once, because each delivery needs them.
  readonly #afterCallbacks = () => nextTick(this.#nextTurn);
  readonly #nextTurn = () => this.#deliverNext();
  readonly #lookAgain = () => this.lookAgain();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** A recorded completion. */
  add(delivery: Delivery): void {
    this.#recorded.add(delivery);
    this.lookAgain();
  }

  /**
   * The completion of a context whose update is pending.
   * @param isUrgent - whether code cannot continue without it
   */
  addUnrecorded(delivery: Delivery, isUrgent: boolean): void {
    this.#unrecorded.add(delivery);
    this.#isUrgent ||= isUrgent;
    this.lookAgain();
  }

  /** Delivers nothing until {@link release} has been called as often: it is unknown which completion comes next. */
  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    this.lookAgain();
  }

  /**
   * Something has happened that may allow the next delivery. It runs after all promise callbacks that are ready. A tick
   * comes before them if both are planned outside of them, hence the callback in between.
   */
  lookAgain(): void {
    if (this.#isPlanned || this.#holds > 0 || !this.#hasMore()) return;
    this.#isPlanned = true;
    void ready.then(this.#afterCallbacks);
  }

  /** Whether there is an end left to deliver. */
  #hasMore(): boolean {
    const isBusy = this.#recorded.first !== undefined;
    if (isBusy !== this.#isBusy) {
      this.#isBusy = isBusy;
      this.#options.onBusy(isBusy ? 1 : -1);
    }
    return isBusy || this.#unrecorded.first !== undefined;
  }

  #deliverNext(): void {
    this.#isPlanned = false;
    while (this.#deliverFirst());
  }

  /** @returns whether the next end shares the turn, since no code can tell the difference */
  #deliverFirst(): boolean {
    if (this.#holds > 0 || this.#options.isOver()) return false;
    const next = this.#recorded.first ?? this.#firstUnrecorded();
    if (next?.whileConverting(this.#lookAgain)) return false;
    if (next === undefined || (next.recordedMs === undefined && !this.#isItsTurn(next))) this.#awaitRecord();
    else if (this.#awaitsTies()) return false;
    else if (!next.context.knowsNext) this.#options.onNextPage(this.#lookAgain);
    else if (this.#deliver(next)) return this.#hasMore();
    else this.lookAgain();
    return false;
  }

  /** @returns whether no code can tell that the end has been delivered */
  #deliver(delivery: Delivery): boolean {
    const isRecorded = delivery.recordedMs !== undefined;
    (isRecorded ? this.#recorded : this.#unrecorded).take();
    // An operation that ended after its context had finished is an orphan: in no invocation does anything follow from it.
    const { closedAt } = delivery.context;
    if (closedAt && (!isRecorded || byRecord(delivery, closedAt) > 0)) return true;
    if (!isRecorded) this.#options.onDeliveredEarly(delivery);
    else if (byRecord(delivery, this.deliveredUntil) > 0) this.deliveredUntil = delivery;
    return delivery.deliver() === 'nothing runs';
  }

  #awaitsTies(): boolean {
    const known = this.#options.ties.whenKnown();
    if (!known) return false;
    this.hold();
    void known.then(() => this.release());
    return true;
  }

  #firstUnrecorded(): Delivery | undefined {
    // Those that have been recorded since are in the other queue.
    const unrecorded = this.#unrecorded;
    while (unrecorded.first !== undefined && unrecorded.first.recordedMs !== undefined) unrecorded.take();
    return unrecorded.first;
  }

  /** Whether a completion with a pending record comes next. */
  #isItsTurn(next: Delivery): boolean {
    const { mayOthersPrecede, isFirstToBeRecorded } = this.#options;
    if (!next.isKnownBefore || this.#hasRival(next)) return false;
    return !mayOthersPrecede(next) && isFirstToBeRecorded(next);
  }

  /**
   * Whether the same body, or one inside it, awaits another completion with a pending record: after a crash, that may
   * come first. What is called inside a context follows it in the order of the calls.
   */
  #hasRival({ inBatch, context: { recordedId } }: Delivery): boolean {
    const { second } = this.#unrecorded;
    if (inBatch !== undefined || second === undefined) return false;
    let around = second.id.parent;
    while (around && around.wire !== recordedId) around = around.parent;
    return around?.wire === recordedId;
  }

  #awaitRecord(): void {
    if (!this.#isUrgent) return;
    this.#isUrgent = false;
    this.#options.onAwaitingRecord();
  }
}

const ready = Promise.resolve();

const START: DeliveredUntil = { id: operationIdAt(undefined, 0), recordedMs: -Infinity };

function byRecord(one: DeliveredUntil, other: DeliveredUntil): number {
  return one.recordedMs! - other.recordedMs! || compareCalls(one.id, other.id);
}

function byCall(one: DeliveredUntil, other: DeliveredUntil): number {
  return compareCalls(one.id, other.id);
}
