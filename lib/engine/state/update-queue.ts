import { CHECKPOINT_UPDATES } from '../../wire/limits.js';
import type { OperationUpdate } from '../../wire/operation.js';
import { compareCalls, type OperationId } from '../context/operation-id.js';
import { inCallOrder } from './call-order.js';
import { nextBatchLength, type SizedUpdate } from './checkpoint-batch.js';
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
  /** Where requests begin that must not be sent together with what is before. */
  #cuts: number[] = [];
  /** The last called of the ends that have been delivered. */
  #lastDelivered: string | undefined;
  /** The first called of the ends that are delivered only when they are recorded. */
  #firstUndelivered: string | undefined;

  get length(): number {
    return this.#updates.length;
  }

  /** Whether the next request is as large as it may be: nothing that is added could travel with it. */
  get isBatchFull(): boolean {
    return this.length >= CHECKPOINT_UPDATES || this.#nextLength() < this.length;
  }

  add(update: OperationUpdate, { end, onRecorded }: Recording = {}): void {
    if (end && isBefore(end.id.plain, this.#lastDelivered)) this.#cut();
    this.#updates.push({ update, largestBytes: largestUpdateBytes(update), end, onRecorded });
    if (end) this.#keep(end);
  }

  /** An end has been delivered before it was sent. */
  deliveredEarly({ id }: RecordedEnd): void {
    if (!isBefore(id.plain, this.#lastDelivered)) this.#lastDelivered = id.plain;
  }

  /** Whether an end in the queue will be recorded before all those that are delivered only when they are recorded. */
  isFirstToBeRecorded({ id }: RecordedEnd): boolean {
    const isBeforeOthers = this.#firstUndelivered === undefined || isBefore(id.plain, this.#firstUndelivered);
    return isBeforeOthers && this.#nextLength() === this.length;
  }

  /** Takes what makes the next request. */
  takeBatch(): readonly QueuedUpdate[] {
    const length = this.#nextLength();
    const batch = this.#updates.splice(0, length);
    this.#cuts = this.#cuts.map((cut) => cut - length).filter((cut) => cut > 0);
    this.#lastDelivered = this.#firstUndelivered = undefined;
    for (const { end } of this.#updates) if (end) this.#keep(end);
    return inCallOrder(batch);
  }

  clear(): void {
    this.#updates = [];
    this.#cuts = [];
  }

  #nextLength(): number {
    return Math.min(nextBatchLength(this.#updates), this.#cuts[0] ?? Infinity);
  }

  #cut(): void {
    this.#cuts.push(this.length);
    this.#lastDelivered = undefined;
  }

  #keep(end: RecordedEnd): void {
    const { id, isDelivered, isKnownBefore } = end;
    if (isDelivered) this.deliveredEarly(end);
    else if (!isKnownBefore && !isBefore(this.#firstUndelivered, id.plain)) this.#firstUndelivered = id.plain;
  }
}

/** Whether an operation was called before another; one that is absent comes after all. */
function isBefore(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && compareCalls(one, other) < 0;
}
