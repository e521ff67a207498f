import { CHECKPOINT_UPDATES } from '../../wire/limits.js';
import type { OperationUpdate } from '../../wire/operation.js';
import { compareCalls, type OperationId } from '../context/operation-id.js';
import { inCallOrder } from './call-order.js';
import { nextBatchLength, type SizedUpdate, surelyFits } from './checkpoint-batch.js';
import { InOrder } from './delivery/in-order.js';
import { largestUpdateBytes } from './update-size.js';

/** The completion of an operation, as an update records it. */
export interface RecordedEnd {
  readonly id: OperationId;
  /** Whether it may be delivered before it is recorded. */
  readonly isKnownBefore: boolean;
  /** Whether the code that awaits the operation has been told. */
  readonly isDelivered: boolean;
}

/** The further requirements of an update. */
export interface Recording {
  /** Set if the update completes its operation. */
  readonly end?: RecordedEnd;
  /** Called once the service has recorded it. */
  readonly onRecorded?: () => void;
}

/** An update that waits for its request. */
export interface QueuedUpdate extends SizedUpdate, Recording {}

/**
 * The updates that have not been sent, in the order in which they were added.
 *
 * The completions among them are recorded in the order in which they are delivered. The content of one request is
 * recorded at one time, and its completions are sorted by the order of their calls. So if a completion has been
 * delivered before it is recorded, a later completion of an operation that was called before goes into a later request.
 */
export class UpdateQueue {
  #updates: QueuedUpdate[] = [];
  #largestBytes = 0;
  /** How many have been taken so far: the update with number n has been taken when n is below this. */
  #taken = 0;
  /** Where requests start that must not be sent together with earlier updates. */
  #cuts: number[] = [];
  /** The delivered completion whose operation was called last. */
  #lastDelivered: OperationId | undefined;
  /** The completions that are delivered only when they are recorded, including those taken since. */
  readonly #undelivered = new InOrder<NumberedEnd>((one, other) => compareCalls(one.id, other.id));

  get length(): number {
    return this.#updates.length;
  }

  /** Whether the next request is full: no further update could be sent with it. */
  get isBatchFull(): boolean {
    return this.#updates.length >= CHECKPOINT_UPDATES || !this.#isOneRequest;
  }

  /** @returns the number of updates in the queue */
  add(update: OperationUpdate, { end, onRecorded }: Recording = NOTHING_MORE): number {
    if (end && this.#lastDelivered && isBefore(end.id, this.#lastDelivered)) this.#cut();
    const largestBytes = largestUpdateBytes(update);
    this.#largestBytes += largestBytes;
    const length = this.#updates.push({ update, largestBytes, end, onRecorded });
    if (end?.isDelivered) this.deliveredEarly(end);
    else if (end && !end.isKnownBefore) this.#undelivered.add({ id: end.id, number: this.#taken + length });
    return length;
  }

  /** A completion has been delivered before it was sent. */
  deliveredEarly({ id }: RecordedEnd): void {
    if (!isBefore(id, this.#lastDelivered)) this.#lastDelivered = id;
  }

  /** Whether a queued completion will be recorded before all those that are delivered only when they are recorded. */
  isFirstToBeRecorded({ id }: RecordedEnd): boolean {
    if (!this.#isOneRequest) return false;
    const { first } = this.#undelivered;
    return first === undefined || compareCalls(id, first.id) < 0;
  }

  /** Whether the next request contains a completion whose operation was called before another one. */
  endsBefore({ id }: RecordedEnd): boolean {
    return this.#updates.slice(0, this.#nextLength()).some(({ end }) => end && isBefore(end.id, id));
  }

  /** Whether the next request contains any completion. */
  get bringsEnd(): boolean {
    return this.#updates.slice(0, this.#nextLength()).some(({ end }) => end);
  }

  /** Takes the updates of the next request. */
  takeBatch(): readonly QueuedUpdate[] {
    const length = this.#isOneRequest ? this.#updates.length : this.#nextLength();
    const batch = this.#updates.splice(0, length);
    this.#taken += length;
    for (let at = 0; at < length; at += 1) this.#largestBytes -= batch[at]!.largestBytes;
    this.#forgetTaken();
    if (this.#lastDelivered) this.#lookForDelivered();
    this.#cuts = this.#cuts.map((cut) => cut - length).filter((cut) => cut > 0);
    return inCallOrder(batch);
  }

  /** Drops the whole queue, permanently: nothing is added any more. */
  clear(): void {
    this.#updates = [];
  }

  get #isOneRequest(): boolean {
    const { length } = this.#updates;
    if (this.#cuts.length > 0 || length > CHECKPOINT_UPDATES) return false;
    return surelyFits(length, this.#largestBytes) || this.#nextLength() === length;
  }

  #nextLength(): number {
    return Math.min(nextBatchLength(this.#updates), this.#cuts[0] ?? Infinity);
  }

  /** Afterwards the first of them, if any, is still queued. */
  #forgetTaken(): void {
    const undelivered = this.#undelivered;
    while (undelivered.first && undelivered.first.number <= this.#taken) undelivered.take();
  }

  #lookForDelivered(): void {
    this.#lastDelivered = undefined;
    for (const { end } of this.#updates) if (end?.isDelivered) this.deliveredEarly(end);
  }

  #cut(): void {
    this.#cuts.push(this.#updates.length);
    this.#lastDelivered = undefined;
  }
}

const NOTHING_MORE: Recording = {};

/** A completion, and the number of the update in the queue that contains it, from 1. */
interface NumberedEnd {
  readonly id: OperationId;
  readonly number: number;
}

/** Whether an operation was called before another; an absent one comes after all. */
function isBefore(one: OperationId, other: OperationId | undefined): boolean {
  return other !== undefined && compareCalls(one, other) < 0;
}
