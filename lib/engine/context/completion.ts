import { isUnrecoverableError } from '../errors/recognise.js';
import type { ContextScope, End, Follower } from '../scope.js';

/**
 * The end of one operation, and what its being awaited means for the invocation.
 *
 * The promise comes into being when somebody follows it, so an error that no one awaits rejects nothing. A saved result
 * is decoded only then, too; when that fails, the invocation ends and the promise never settles.
 */
export class Completion<T> {
  readonly #context: ContextScope;
  #end: End<T> | undefined;
  #follower: Follower<T> | undefined;
  /** The follower is told in its turn, when news of the state arrives. */
  #isInTurn = false;
  #waiting = false;
  #countsUnfollowed = false;

  constructor(context: ContextScope) {
    this.#context = context;
  }

  /** The operation's promise; called once, by its `DurablePromise`. */
  follow(): Promise<T> {
    return new Promise((resolve, reject) => this.tell({ resolve, reject }));
  }

  /** Tells one follower, now or once the operation has ended; called once at most. */
  tell(follower: Follower<T>): void {
    this.#follower = follower;
    if (!this.#end) this.#followed();
    this.#tellInTurn();
  }

  /** @param end - returns the value or throws the error; run when the operation is followed */
  settle(end: End<T>): void {
    if (this.#end) return;
    this.#end = end;
    if (!this.#follower) return;
    this.#context.operationSettled();
    if (!this.#isInTurn) this.#tell(end);
  }

  /**
   * Only the service can bring the operation on now.
   * @param countsUnfollowed - whether that lets the invocation suspend even though nobody awaits the operation yet, as a
   *   pending retry does
   */
  waitForService(countsUnfollowed: boolean): void {
    this.#waiting = true;
    this.#countsUnfollowed = countsUnfollowed;
    if (countsUnfollowed || this.#follower) this.#context.activity.change('blocked', 1);
  }

  serviceAnswered(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    if (this.#countsUnfollowed || this.#follower) this.#context.activity.change('blocked', -1);
  }

  #followed(): void {
    this.#context.operationFollowed();
    if (this.#waiting && !this.#countsUnfollowed) this.#context.activity.change('blocked', 1);
  }

  /**
   * The follower is code of the context, which goes on from here, so it is told once it is known what comes next there. Of
   * several that can be told then, the first to follow is the first to be told, as when all is known from the start: a
   * `Promise.race` must not have another winner because there are pages.
   */
  #tellInTurn(): void {
    const { state } = this.#context.invocation;
    this.#isInTurn = !state.isComplete && !(this.#end && this.#context.knowsNext);
    if (this.#isInTurn) state.onNextPage(() => this.#tellInTurn());
    else if (this.#end) this.#tell(this.#end);
  }

  #tell(end: End<T>): void {
    try {
      const value = end();
      if (value instanceof Promise) this.#tellConverted(value);
      else this.#follower!.resolve(value);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** A serdes may take its time, and whoever awaits the value goes on only then: no reason to suspend. */
  #tellConverted(conversion: Promise<T>): void {
    const { activity } = this.#context;
    const converted = () => activity.change('executing', -1);
    activity.change('executing', 1);
    conversion
      .then(
        (value) => this.#follower!.resolve(value),
        (error) => this.#refuse(error),
      )
      .finally(converted);
  }

  #refuse(error: unknown): void {
    if (isUnrecoverableError(error)) this.#context.fault(error);
    else this.#follower!.reject(error);
  }
}
