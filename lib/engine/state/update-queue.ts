import { CHECKPOINT_UPDATES } from '../../wire/limits.js';
import type { OperationUpdate } from '../../wire/operation.js';
import { compareCalls, type OperationId } from '../context/operation-id.js';
import { inCallOrder } from './call-order.js';
import { nextBatchLength, type SizedUpdate, surelyFits } from './checkpoint-batch.js';
import { InOrder } from './delivery/in-order.js';
import { largestUpdateBytes } from './update-size.js';

/** How an operation ends, as an update records it. */
export interface RecordedEnd {
  readonly id: OperationId;
  /** Whether it may be delivered before it is recorded. */
  readonly isKnownBefore: boolean;
  /** Whether the code that awaits the operation has been told. */
  readonly isDelivered: boolean;
}

/** What is asked of an update that is to be recorded. */
export interface Recording {
  /** Set where the update ends its operation. */
  readonly end?: RecordedEnd;
  /** Called once the service has recorded it. */
  readonly onRecorded?: () => void;
}

/** An update that waits for its request. */
export interface QueuedUpdate extends SizedUpdate, Recording {}

/**
 * The updates that have not been sent, in the order in which they came.
 *
 * The ends among them are recorded in the order in which they are delivered. What travels in one request is recorded in
 * one moment, and its ends count in the order of their calls, in which they are put. So where an end has been delivered
 * before it is recorded, an end that comes later although its operation was called before goes into a later request.
 */
export class UpdateQueue {
  #updates: QueuedUpdate[] = [];
  #largestBytes = 0;
  /** How many have been taken since the beginning: what is queued as number n is gone when n is below this. */
  #taken = 0;
  /** Where requests begin that must not be sent together with what is before. */
  #cuts: number[] = [];
  /** The last called of the ends that have been delivered. */
  #lastDelivered: OperationId | undefined;
  /** The ends that are delivered only when they are recorded, and those of them that were taken since. */
  readonly #undelivered = new InOrder<NumberedEnd>((one, other) => compareCalls(one.id, other.id));

  get length(): number {
    return this.#updates.length;
  }

  /** Whether the next request is as large as it may be: nothing that is added could travel with it. */
  get isBatchFull(): boolean {
    return this.length >= CHECKPOINT_UPDATES || !this.#isOneRequest;
  }

  add(update: OperationUpdate, { end, onRecorded }: Recording = {}): void {
    if (end && isBefore(end.id, this.#lastDelivered)) this.#cut();
    const largestBytes = largestUpdateBytes(update);
    this.#updates.push({ update, largestBytes, end, onRecorded });
    this.#largestBytes += largestBytes;
    if (end?.isDelivered) this.deliveredEarly(end);
    else if (end && !end.isKnownBefore) this.#undelivered.add({ id: end.id, number: this.#taken + this.length });
  }

  /** An end has been delivered before it was sent. */
  deliveredEarly({ id }: RecordedEnd): void {
    if (!isBefore(id, this.#lastDelivered)) this.#lastDelivered = id;
  }

  /** Whether an end in the queue will be recorded before all those that are delivered only when they are recorded. */
  isFirstToBeRecorded({ id }: RecordedEnd): boolean {
    if (!this.#isOneRequest) return false;
    const { first } = this.#undelivered;
    return first === undefined || compareCalls(id, first.id) < 0;
  }

  /** Whether the next request brings an end whose operation was called before another one. */
  endsBefore({ id }: RecordedEnd): boolean {
    return this.#updates.slice(0, this.#nextLength()).some(({ end }) => end && isBefore(end.id, id));
  }

  /** Whether the next request brings any end. */
  get bringsEnd(): boolean {
    return this.#updates.slice(0, this.#nextLength()).some(({ end }) => end);
  }

  /** Takes what makes the next request. */
  takeBatch(): readonly QueuedUpdate[] {
    const length = this.#isOneRequest ? this.length : this.#nextLength();
    const batch = this.#updates.splice(0, length);
    this.#taken += length;
    for (const { largestBytes } of batch) this.#largestBytes -= largestBytes;
    this.#forgetTaken();
    if (this.#lastDelivered) this.#lookForDelivered();
    this.#cuts = this.#cuts.map((cut) => cut - length).filter((cut) => cut > 0);
    return inCallOrder(batch);
  }

  /** Drops all that is queued, for good: nothing is added any more. */
  clear(): void {
    this.#updates = [];
  }

  get #isOneRequest(): boolean {
    if (this.#cuts.length > 0 || this.length > CHECKPOINT_UPDATES) return false;
    return surelyFits(this.length, this.#largestBytes) || this.#nextLength() === this.length;
  }

  #nextLength(): number {
    return Math.min(nextBatchLength(this.#updates), this.#cuts[0] ?? Infinity);
  }

  /** The first of them, if any, is still queued then. */
  #forgetTaken(): void {
    const undelivered = this.#undelivered;
    while (undelivered.first && undelivered.first.number <= this.#taken) undelivered.take();
  }

  #lookForDelivered(): void {
    this.#lastDelivered = undefined;
    for (const { end } of this.#updates) if (end?.isDelivered) this.deliveredEarly(end);
  }

  #cut(): void {
    this.#cuts.push(this.length);
    this.#lastDelivered = undefined;
  }
}

/** An end, and which update of the queue brings it, from 1. */
interface NumberedEnd {
  readonly id: OperationId;
  readonly number: number;
}

/** Whether an operation was called before another; one that is absent comes after all. */
function isBefore(one: OperationId, other: OperationId | undefined): boolean {
  return other !== undefined && compareCalls(one, other) < 0;
}
