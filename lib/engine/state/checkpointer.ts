import { CHECKPOINT_UPDATES } from '../../wire/limits.js';
import type { OperationUpdate } from '../../wire/operation.js';
import type { AwaitedCall } from '../invocation/border/awaited-call.js';
import type { Clock, Timer } from '../base/clock.js';
import type { OperationId } from '../context/operation-id.js';
import type { UnrecoverableError } from '../base/errors/unrecoverable-error.js';
import { CheckpointSender, type CheckpointSenderOptions } from './checkpoint-sender.js';
import { LONGEST_LEAD_MS, msLeftOf } from './delivery/end-moment.js';
import { type QueuedUpdate, type RecordedEnd, type Recording, UpdateQueue } from './update-queue.js';

export interface CheckpointerOptions extends CheckpointSenderOptions {
  /** Set while pages of state are read with the token: until then nothing is sent, for each answer voids the last token. */
  ready?: Promise<void>;
  clock: Clock;
  /** How long an update that nobody waits for may wait for company, in milliseconds; 0 sends it at once. */
  holdMs: number;
  /** When an operation's end was recorded, in epoch milliseconds; absent where the service does not say. */
  endedMs(id: OperationId): number | undefined;
  /** When the last was recorded of the known ends that none of these requests has brought, in epoch milliseconds. */
  lastOtherEndMs(): number;
  /** A call failed: this invocation can record nothing more. */
  onFault(error: UnrecoverableError): void;
  /** A response came without a token: another invocation has the execution now. */
  onSuperseded(): void;
  /** All that an answer has brought has been told. */
  onAnswered?(): void;
  /** Nothing is in flight any more, and nothing that anyone waits for is queued. */
  onIdle(): void;
}

/** What a request carries, and who waits for its answer. */
interface Sent {
  readonly batch: readonly QueuedUpdate[];
  readonly polls: ReadonlyArray<() => void>;
}

/**
 * Writes an invocation's updates, in order, one request at a time.
 *
 * After a failure or a response without a token it is closed: what is queued and whatever is asked later never settles,
 * and no further request is made. User code must not learn of a failed checkpoint: it would act on a state that was
 * never saved.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #sender: CheckpointSender;
  readonly #queue = new UpdateQueue();
  #polls: Array<() => void> = [];
  #drained: Array<() => void> = [];
  /** Someone waits for what is queued; without this, updates are held for company. */
  #wanted = false;
  #inFlight = false;
  /** Those that had not been delivered when they were sent, in the order of their calls. */
  #endsInFlight: readonly RecordedEnd[] = [];
  /** The last called of those in the last answer. */
  #lastRecorded: RecordedEnd | undefined;
  #pause: Timer | undefined;
  #scheduled = false;
  #closed = false;
  #holdTimer: Timer | undefined;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#sender = new CheckpointSender(options);
    if (options.ready) this.#wait(options.ready);
  }

  /** Whether everything has been recorded. */
  get isIdle(): boolean {
    return !this.#inFlight && this.#queue.length === 0 && this.#polls.length === 0;
  }

  /** Whether all that is left are updates that are held for company. */
  get isHolding(): boolean {
    return !this.#inFlight && !this.#wanted && this.#queue.length > 0;
  }

  /** The call that is on its way. */
  get awaited(): AwaitedCall | undefined {
    return this.#closed ? undefined : this.#sender.awaited;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Records an update with whatever is sent next, without waiting for it. */
  enqueue(update: OperationUpdate, recording?: Recording): void {
    if (this.#closed) return;
    this.#queue.add(update, recording);
    if (this.#options.holdMs <= 0) this.flushSoon();
    else this.#hold();
    this.#flushIfFull();
  }

  /** Records an update at once; calls back when it is saved, and never when it could not be. */
  save(update: OperationUpdate, recording?: Recording): void {
    if (this.#closed) return;
    this.#queue.add(update, recording);
    this.flushSoon();
    this.#flushIfFull();
  }

  /** Whether an end that is on its way will be recorded before all others that are. */
  isFirstToBeRecorded(end: RecordedEnd): boolean {
    const first = this.#endsInFlight.find(({ isDelivered }) => !isDelivered);
    return first === undefined ? this.#queue.isFirstToBeRecorded(end) : first === end;
  }

  /** An end that is on its way has been delivered before it is recorded. */
  deliveredEarly(end: RecordedEnd): void {
    if (!this.#endsInFlight.includes(end)) this.#queue.deliveredEarly(end);
  }

  /** Asks the service what has changed; callers that ask together share one empty request. */
  poll(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return;
      this.#polls.push(resolve);
      this.flushSoon();
    });
  }

  /** Sends what is queued, once everything that is ready to run has had the chance to add to it. */
  flushSoon(): void {
    this.#wanted = true;
    if (this.#scheduled || this.#inFlight || this.#closed) return;
    this.#scheduled = true;
    this.#options.clock.afterThisTurn(() => {
      this.#scheduled = false;
      if (!this.#inFlight) this.#flush();
    });
  }

  /** What could not be joined by anything more is not kept waiting for the end of the turn. */
  #flushIfFull(): void {
    if (this.#queue.length >= CHECKPOINT_UPDATES && !this.#inFlight) this.#flush();
  }

  /** Resolves when nothing is queued or in flight, or nothing can be recorded any more. Never rejects. */
  drain(): Promise<void> {
    if (this.#closed || this.isIdle) return Promise.resolve();
    this.flushSoon();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Like {@link drain}, but never settles when something could not be saved: for user code. */
  async flushed(): Promise<void> {
    await this.drain();
    if (this.#closed) await new Promise<never>(() => undefined);
  }

  /** Stops for good: nothing that is queued will be sent. */
  close(): void {
    this.#closed = true;
    this.#queue.clear();
    this.#polls = [];
    this.#stopHolding();
    this.#stopPause();
    this.#tellDrained();
  }

  /** The token is in use, as if by a call of its own. */
  #wait(ready: Promise<void>): void {
    this.#inFlight = true;
    ready.then(
      () => {
        this.#inFlight = false;
        this.#continue();
      },
      (error: unknown) => this.#fail(error as UnrecoverableError),
    );
  }

  #flush(): void {
    if (this.isIdle || this.#pause !== undefined) return;
    const pauseMs = this.#msOfTie();
    if (pauseMs > 0) return this.#pauseFor(pauseMs);
    this.#send();
  }

  /**
   * Ends of one millisecond count in the order of their calls, those from outside behind all others. So one that would
   * get before another which is known already waits for the next millisecond. That is none but over a connection that
   * takes no time.
   * @returns how long, in milliseconds
   */
  #msOfTie(): number {
    const { clock, endedMs, lastOtherEndMs } = this.#options;
    const nowMs = clock.now();
    const last = this.#lastRecorded;
    const leftMs = ((last && endedMs(last.id)) ?? -Infinity) + 1 - nowMs;
    if (leftMs > 0 && this.#queue.endsBefore(last!)) return Math.min(leftMs, LONGEST_LEAD_MS);
    const leftOfOtherMs = msLeftOf(lastOtherEndMs(), nowMs);
    return leftOfOtherMs > 0 && this.#queue.bringsEnd ? leftOfOtherMs : 0;
  }

  #pauseFor(ms: number): void {
    this.#pause = this.#options.clock.setTimer(() => {
      this.#pause = undefined;
      this.#send();
    }, ms);
  }

  #stopPause(): void {
    if (this.#pause !== undefined) this.#options.clock.clearTimer(this.#pause);
    this.#pause = undefined;
  }

  #send(): void {
    this.#stopHolding();
    const sent: Sent = {
      batch: this.#queue.takeBatch(),
      polls: this.#polls.splice(0),
    };
    this.#wanted = this.#queue.length > 0;
    this.#inFlight = true;
    this.#endsInFlight = undeliveredOf(sent.batch);
    this.#sender.send(
      sent.batch.map((queued) => queued.update),
      { answered: (isRecorded) => this.#answered(isRecorded, sent), failed: (error) => this.#fail(error) },
    );
  }

  #answered(isRecorded: boolean, sent: Sent): void {
    if (this.#closed) return;
    if (isRecorded) return this.#recorded(sent);
    this.close();
    this.#options.onSuperseded();
  }

  #recorded({ batch, polls }: Sent): void {
    this.#inFlight = false;
    this.#endsInFlight = [];
    this.#lastRecorded = batch.findLast(({ end }) => end)?.end ?? this.#lastRecorded;
    // Whoever goes on now has the time of that call for it.
    if (this.#queue.isBatchFull) this.#flush();
    for (const queued of batch) queued.onRecorded?.();
    for (const resolve of polls) resolve();
    this.#options.onAnswered?.();
    this.#continue();
  }

  #continue(): void {
    if (this.#inFlight) return;
    if (this.isIdle) {
      this.#wanted = false;
      this.#tellDrained();
    } else if (this.#wanted || this.#drained.length > 0) {
      this.flushSoon();
      return;
    } else {
      this.#hold();
    }
    this.#options.onIdle();
  }

  #fail(error: UnrecoverableError): void {
    if (this.#closed) return;
    this.#options.onFault(error);
    this.close();
  }

  #hold(): void {
    this.#holdTimer ??= this.#options.clock.setTimer(() => {
      this.#holdTimer = undefined;
      this.flushSoon();
    }, this.#options.holdMs);
  }

  #stopHolding(): void {
    if (this.#holdTimer === undefined) return;
    this.#options.clock.clearTimer(this.#holdTimer);
    this.#holdTimer = undefined;
  }

  #tellDrained(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

function undeliveredOf(batch: readonly QueuedUpdate[]): RecordedEnd[] {
  const ends: RecordedEnd[] = [];
  for (const { end } of batch) if (end && !end.isDelivered) ends.push(end);
  return ends;
}
