import type { Delivery } from '../state/delivery/deliveries.js';
import { handled } from '../base/handled.js';
import { isUnrecoverableError } from '../base/errors/recognise.js';
import type { ContextScope, End, Follower } from '../scope.js';
import type { OperationId } from './operation-id.js';

/** The operation that completes. */
export interface CompletionOf {
  readonly context: ContextScope;
  readonly id: OperationId;
}

/**
 * The completion of one operation, and its effect on the invocation when it is awaited.
 *
 * The promise is created when code follows it, so an unawaited error rejects nothing. A saved result is also decoded
 * only then; if that fails, the invocation ends and the promise never settles. Followers are called in the turn of this
 * completion: see `Deliveries`.
 */
export class Completion<T> implements Delivery {
  readonly id: OperationId;
  readonly context: ContextScope;
  recordedMs: number | undefined;
  /** Set before the update that records the end is queued. */
  isKnownBefore = false;
  isDelivered = false;
  #end: End<T> | undefined;
  /** Whether it is recorded, or will be; otherwise there is no turn to wait for. */
  #isOnRecord = true;
  #follower: Follower<T> | undefined;
  /** Whether code awaits it, and not only observes it. */
  #isAwaited = false;
  #observed: Promise<T> | undefined;
  #value: T | undefined;
  #failure: { error: unknown } | undefined;
  #onConverted: Array<() => void> | undefined;
  #waiting = false;
  #countsUnfollowed = false;

  constructor({ context, id }: CompletionOf) {
    this.context = context;
    this.id = id;
  }

  /** The operation's promise; called once, by its `DurablePromise`. */
  follow(): Promise<T> {
    if (!this.#observed) return new Promise((resolve, reject) => this.tell({ resolve, reject }));
    if (!this.isDelivered) this.#await();
    else if (this.#isUnreadable) this.context.fault(this.#failure!.error);
    return this.#observed;
  }

  /** Delivers the completion in its turn, although no code awaits it: the invocation may go on without. */
  observe(): void {
    if (this.#follower) return;
    if (this.#waiting && !this.#countsUnfollowed) this.context.activity.observed(1);
    this.#observed = handled(new Promise((resolve, reject) => this.#receive({ resolve, reject })));
  }

  /** Calls one follower once the operation has completed; called at most once. */
  tell(follower: Follower<T>): void {
    this.#await();
    this.#receive(follower);
  }

  /** It has completed, which was recorded at a time in epoch milliseconds. Only the first completion counts. */
  end(how: End<T>, recordedMs: number): void {
    if (this.#end) return;
    this.recordedMs = recordedMs;
    this.#ended(how);
  }

  /** It has completed, and that is never recorded: it follows from what has been delivered, as any code does. */
  endOffRecord(how: End<T>): void {
    this.#isOnRecord = false;
    this.#ended(how);
  }

  /** It has completed, and its record is pending; it may be delivered before. */
  conclude(how: End<T>, isSuccess: boolean): void {
    this.#end = how;
    if (!this.#follower) return;
    this.#due(how, !this.#follower.canWait?.(isSuccess));
  }

  /** The pending record was written, at a time in epoch milliseconds. */
  recorded(recordedMs: number): void {
    this.recordedMs = recordedMs;
    if (this.#end && this.#follower && !this.isDelivered) this.context.invocation.deliveries.add(this);
  }

  /**
   * Only the service can continue the operation now.
   * @param countsUnfollowed - whether the invocation may suspend for it even if no code awaits the operation yet, as
   *   for a pending retry
   */
  waitForService(countsUnfollowed: boolean): void {
    this.#waiting = true;
    this.#countsUnfollowed = countsUnfollowed;
    this.#count(1);
  }

  serviceAnswered(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#count(-1);
  }

  /** Counts it, or no longer, as one that waits for the service. */
  #count(by: 1 | -1): void {
    const { activity } = this.context;
    if (this.#countsUnfollowed || this.#isAwaited) activity.blocked(by);
    else if (this.#observed) activity.observed(by);
  }

  get inBatch(): Follower<T>['inBatch'] {
    return this.#follower?.inBatch;
  }

  whileConverting(callBack: () => void): boolean {
    this.#onConverted?.push(callBack);
    return this.#onConverted !== undefined;
  }

  deliver(): unknown {
    this.isDelivered = true;
    if (!this.#isAwaited) this.context.operationFollowed();
    this.context.operationSettled();
    if (this.#failure === undefined) return this.#follower!.resolve(this.#value as T);
    const { error } = this.#failure;
    if (!this.#isUnreadable) return this.#follower!.reject(error);
    return this.#isAwaited ? this.context.fault(error) : undefined;
  }

  /** Whether the value cannot be decoded: that ends the invocation once code awaits it. */
  get #isUnreadable(): boolean {
    return this.#failure !== undefined && isUnrecoverableError(this.#failure.error);
  }

  #await(): void {
    if (this.#waiting) this.#count(-1);
    this.#isAwaited = true;
    this.context.operationFollowed();
    if (this.#waiting) this.#count(1);
  }

  #receive(follower: Follower<T>): void {
    this.#follower = follower;
    if (this.#end) this.#due(this.#end);
  }

  #ended(how: End<T>): void {
    this.#end = how;
    if (this.#follower) this.#due(how);
  }

  /** Code waits for a known completion. @param isUrgent - and cannot continue without it */
  #due(how: End<T>, isUrgent = true): void {
    this.#convert(how);
    const { deliveries } = this.context.invocation;
    if (!this.#isOnRecord) this.#deliverNow();
    else if (this.recordedMs === undefined) deliveries.addUnrecorded(this, isUrgent);
    else deliveries.add(this);
  }

  #deliverNow(): void {
    const { deliveries } = this.context.invocation;
    const tell = () => this.context.whenNextIsKnown(() => void this.deliver());
    const converted = () => {
      tell();
      deliveries.release();
    };
    if (this.whileConverting(converted)) deliveries.hold();
    else tell();
  }

  #convert(how: End<T>): void {
    try {
      const value = how();
      if (value instanceof Promise) this.#awaitConversion(value);
      else this.#value = value;
    } catch (error) {
      this.#failure = { error };
    }
  }

  /**
   * A serdes may take its time, and the code that awaits the value continues only then: this is not a reason to
   * suspend.
   */
  #awaitConversion(conversion: Promise<T>): void {
    const { activity } = this.context;
    const onConverted = (this.#onConverted = [] as Array<() => void>);
    activity.executing(1);
    const converted = () => {
      this.#onConverted = undefined;
      for (const callBack of onConverted) callBack();
      activity.executing(-1);
    };
    conversion.then(
      (value) => {
        this.#value = value;
        converted();
      },
      (error: unknown) => {
        this.#failure = { error };
        converted();
      },
    );
  }
}
