import { type Clock, LONGEST_TIMER_MS, type Timer } from '../../base/clock.js';
import { type AwaitedCall, LambdaDeadlineError } from './awaited-call.js';
import type { RunningBody } from './running-bodies.js';

/** The time before Lambda's deadline in which an invocation that only waits is ended, if there is as much to spare. */
const MARGIN_MS = 1_000;
/** No more of a short invocation than this share. */
const MARGIN_SHARE = 1 / 4;
/** After a look with less time than this left there is no other. */
const LAST_LOOK_MS = 100;

/** An invocation, as the watch sees it. */
export interface WatchedInvocation {
  readonly clock: Clock;
  /** Milliseconds until Lambda ends the invocation, by its own word. */
  remainingMs(): number;
  /** The call of the durable API that is on its way. */
  awaitedCall(): AwaitedCall | undefined;
  /** What would run on beside its own repetition, if the invocation ended now. */
  busyBodies(): readonly RunningBody[];
  /** Tells that Lambda will end the invocation while bodies run, or while it hangs for no reason that is known. */
  warn(busy: readonly RunningBody[], leftMs: number): void;
}

/**
 * Sees to it that an invocation does not end without a word: Lambda kills the sandbox at the deadline, and nobody learns
 * what it was busy with.
 *
 * Where the invocation waits for the durable API alone, the call is failed, which ends it. Where a body of user code still
 * runs, a warning names it, and the sandbox is left to Lambda: an invocation that returned would let the body run on beside
 * its own repetition.
 *
 * It looks a few times, each time when half the time has gone by that was left. What is waited for since the look before
 * has taken at least as long as there is time left, and is given up; a call that is younger may well be answered yet.
 */
export class DeadlineWatch {
  readonly #watched: WatchedInvocation;
  readonly #firstLeftMs: number;
  readonly #marginMs: number;
  #timer: Timer | undefined;
  /** What was waited for at the last look. */
  #seen: object | undefined;
  #hasWarned = false;

  constructor(watched: WatchedInvocation) {
    this.#watched = watched;
    const leftMs = (this.#firstLeftMs = watched.remainingMs());
    this.#marginMs = Math.min(MARGIN_MS, leftMs * MARGIN_SHARE);
    this.#lookWhen(2 * this.#marginMs, leftMs);
  }

  /** No timer is left. */
  stop(): void {
    if (this.#timer !== undefined) this.#watched.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #lookWhen(thenLeftMs: number, leftMs: number): void {
    const delayMs = leftMs - thenLeftMs;
    // No deadline that anybody could see, or none that is known.
    if (!(delayMs >= 0 && delayMs <= LONGEST_TIMER_MS)) return;
    this.#timer = this.#watched.clock.setTimer(() => this.#timeHasGone(thenLeftMs), delayMs);
    // A process in which nothing goes on any more ends at once, rather than at the deadline. Clocks of tests lack this.
    (this.#timer as Partial<Timer>).unref?.();
  }

  #timeHasGone(thenLeftMs: number): void {
    this.#timer = undefined;
    const leftMs = this.#watched.remainingMs();
    // A deadline that does not come nearer is none: contexts of tests and local runners have such.
    if (leftMs >= this.#firstLeftMs) return;
    if (leftMs > thenLeftMs) return this.#lookWhen(thenLeftMs, leftMs);
    if (this.#look(leftMs) && leftMs > LAST_LOOK_MS) this.#lookWhen(leftMs / 2, leftMs);
  }

  /** @returns whether to look again */
  #look(leftMs: number): boolean {
    const call = this.#watched.awaitedCall();
    const isLasting = call?.wait === this.#seen || leftMs <= LAST_LOOK_MS;
    this.#seen = call?.wait;
    if (leftMs > this.#marginMs) return true;
    const busy = this.#watched.busyBodies();
    if (busy.length > 0) return this.#warn(busy, leftMs);
    if (!isLasting) return true;
    if (!call) return this.#warn(busy, leftMs);
    call.fail(new LambdaDeadlineError(call.purpose, leftMs));
    return false;
  }

  #warn(busy: readonly RunningBody[], leftMs: number): boolean {
    if (!this.#hasWarned) this.#watched.warn(busy, leftMs);
    this.#hasWarned = true;
    return true;
  }
}
