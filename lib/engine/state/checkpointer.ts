import { CHECKPOINT_UPDATES } from '../../wire/limits.js';
import type { OperationUpdate } from '../../wire/operation.js';
import type { AwaitedCall } from '../invocation/deadline/awaited-call.js';
import type { Clock } from '../base/clock.js';
import { OneTimer } from '../base/one-timer.js';
import type { OperationId } from '../context/operation-id.js';
import type { UnrecoverableError } from '../base/errors/unrecoverable-error.js';
import { CheckpointSender, type CheckpointSenderOptions } from './checkpoint-sender.js';
import { LONGEST_LEAD_MS, msLeftOf } from './delivery/end-moment.js';
import { type QueuedUpdate, type RecordedEnd, type Recording, UpdateQueue } from './update-queue.js';

export interface CheckpointerOptions extends CheckpointSenderOptions {
  /**
   * Set while pages of state are read with the token: until then nothing is sent, because each response makes the last
   * token stale.
   */
  ready?: Promise<void>;
  clock: Clock;
  /** How long an update that no code awaits may wait for further updates, in milliseconds; 0 sends it immediately. */
  holdMs: number;
  /** When an operation's completion was recorded, in epoch milliseconds; absent if the service does not say. */
  endedMs(id: OperationId): number | undefined;
  /** When the last known completion was recorded that none of these requests has brought, in epoch milliseconds. */
  lastOtherEndMs(): number;
  /** A call failed: this invocation can record nothing more. */
  onFault(error: UnrecoverableError): void;
  /** A response has no token: another invocation has the execution now. */
  onSuperseded(): void;
  /** Everything in a response has been delivered to its operations. */
  onAnswered?(): void;
  /** No call is pending any more, and no queued update is awaited. */
  onIdle(): void;
}

/*
 * Loops over the updates of a request go by index, here and where they are queued: an iterator makes an object for each
 * of them, until the code is optimised.
 */

/** The content of a request, and the receivers of its response. */
interface Sent {
  readonly batch: readonly QueuedUpdate[];
  readonly polls: ReadonlyArray<() => void>;
}

/**
 * Writes an invocation's updates, in order, one request at a time.
 *
 * After a failure or a response without a token it is closed: queued updates and later calls never settle, and no
 * further request is sent. User code must not learn of a failed checkpoint: it would act on a state that was never
 * saved.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #sender: CheckpointSender;
  readonly #queue = new UpdateQueue();
  #polls: Array<() => void> = [];
  #drained: Array<() => void> = [];
  /** Whether a queued update is awaited; without this, updates are held back. */
  #wanted = false;
  #inFlight = false;
  /** Completions that had not been delivered when they were sent, in the order of their calls. */
  #endsInFlight: readonly RecordedEnd[] = [];
  /** The completion in the last response whose operation was called last. */
  #lastRecorded: RecordedEnd | undefined;
  readonly #pause: OneTimer;
  #scheduled = false;
  /** Whether nothing more can be recorded. */
  isClosed = false;
  readonly #holdTimer: OneTimer;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#sender = new CheckpointSender(options);
    this.#pause = new OneTimer(options.clock);
    this.#holdTimer = new OneTimer(options.clock);
    if (options.ready) this.#wait(options.ready);
  }

  /** Whether everything has been recorded. */
  get isIdle(): boolean {
    return !this.#inFlight && this.#queue.length === 0 && this.#polls.length === 0;
  }

  /** Whether only updates are left that are held back. */
  get isHolding(): boolean {
    return !this.#inFlight && !this.#wanted && this.#queue.length > 0;
  }

  /** The pending call. */
  get awaited(): AwaitedCall | undefined {
    return this.isClosed ? undefined : this.#sender.awaited;
  }

  /**
   * Records an update with the next request, without waiting for it. A full batch is sent without waiting for the end of
   * the turn, because no further update could join it.
   */
  enqueue(update: OperationUpdate, recording?: Recording): void {
    this.#add(update, recording, this.#options.holdMs <= 0);
  }

  /** Records an update immediately; calls back when it is saved, and never if it could not be saved. */
  save(update: OperationUpdate, recording?: Recording): void {
    this.#add(update, recording, true);
  }

  #add(update: OperationUpdate, recording: Recording | undefined, isWanted: boolean): void {
    if (this.isClosed) return;
    const length = this.#queue.add(update, recording);
    if (isWanted) this.flushSoon();
    else if (!this.#holdTimer.isSet) this.#holdTimer.set(this.#options.holdMs, () => this.flushSoon());
    if (length >= CHECKPOINT_UPDATES && !this.#inFlight) this.#flush();
  }

  /** Whether a pending completion will be recorded before all other pending ones. */
  isFirstToBeRecorded(end: RecordedEnd): boolean {
    const first = this.#endsInFlight.find(({ isDelivered }) => !isDelivered);
    return first === undefined ? this.#queue.isFirstToBeRecorded(end) : first === end;
  }

  /** A pending completion has been delivered before it is recorded. */
  deliveredEarly(end: RecordedEnd): void {
    if (!this.#endsInFlight.includes(end)) this.#queue.deliveredEarly(end);
  }

  /** Polls the service for changes; concurrent callers share one empty request. */
  poll(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isClosed) return;
      this.#polls.push(resolve);
      this.flushSoon();
    });
  }

  /** Sends the queue, once everything that is ready to run has been able to add to it. */
  flushSoon(): void {
    this.#wanted = true;
    if (this.#scheduled || this.#inFlight || this.isClosed) return;
    this.#scheduled = true;
    this.#options.clock.afterThisTurn(() => {
      this.#scheduled = false;
      if (!this.#inFlight) this.#flush();
    });
  }

  /** Resolves when nothing is queued and no call is pending, or nothing can be recorded any more. Never rejects. */
  drain(): Promise<void> {
    if (this.isClosed || this.isIdle) return Promise.resolve();
    this.flushSoon();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Like {@link drain}, but never settles if something could not be saved: for user code. */
  async flushed(): Promise<void> {
    await this.drain();
    if (this.isClosed) await new Promise<never>(() => undefined);
  }

  /** Stops permanently: queued updates will not be sent. */
  close(): void {
    this.isClosed = true;
    this.#queue.clear();
    this.#polls = [];
    this.#holdTimer.clear();
    this.#pause.clear();
    this.#tellDrained();
  }

  /** The token is in use, as if by a separate call. */
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
    if (this.isIdle || this.#pause.isSet) return;
    const pauseMs = this.#msOfTie();
    if (pauseMs > 0) this.#pause.set(pauseMs, () => this.#send());
    else this.#send();
  }

  /**
   * Completions of one millisecond count in the order of their calls, those from outside after all others. So a
   * completion that would be ordered before a known one waits for the next millisecond. This happens only over a
   * connection that takes no time.
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

  #send(): void {
    this.#holdTimer.clear();
    const sent: Sent = {
      batch: this.#queue.takeBatch(),
      polls: this.#polls.splice(0),
    };
    this.#wanted = this.#queue.length > 0;
    this.#inFlight = true;
    const { updates, undelivered } = contentOf(sent.batch);
    this.#endsInFlight = undelivered;
    this.#sender.send(updates, {
      answered: (isRecorded) => this.#answered(isRecorded, sent),
      failed: (error) => this.#fail(error),
    });
  }

  #answered(isRecorded: boolean, sent: Sent): void {
    if (this.isClosed) return;
    if (isRecorded) return this.#recorded(sent);
    this.close();
    this.#options.onSuperseded();
  }

  #recorded({ batch, polls }: Sent): void {
    this.#inFlight = false;
    this.#endsInFlight = [];
    this.#lastRecorded = batch.findLast(({ end }) => end)?.end ?? this.#lastRecorded;
    // Code that continues now has the duration of that call.
    if (this.#queue.isBatchFull) this.#flush();
    for (let at = 0; at < batch.length; at += 1) batch[at]!.onRecorded?.();
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
    }
    this.#options.onIdle();
  }

  #fail(error: UnrecoverableError): void {
    if (this.isClosed) return;
    this.#options.onFault(error);
    this.close();
  }

  #tellDrained(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

/** The updates, and the completions among them that have not been delivered. */
function contentOf(batch: readonly QueuedUpdate[]): { updates: OperationUpdate[]; undelivered: RecordedEnd[] } {
  const updates: OperationUpdate[] = [];
  const undelivered: RecordedEnd[] = [];
  for (let at = 0; at < batch.length; at += 1) {
    const { update, end } = batch[at]!;
    updates.push(update);
    if (end && !end.isDelivered) undelivered.push(end);
  }
  return { updates, undelivered };
}
