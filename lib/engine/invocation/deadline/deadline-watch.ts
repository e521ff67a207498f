import { type Clock, LONGEST_TIMER_MS, type Timer } from '../../base/clock.js';
import { type AwaitedCall, LambdaDeadlineError } from './awaited-call.js';
import type { RunningBody } from './running-bodies.js';

/** The time before Lambda's deadline at which an invocation that only waits is ended, if there is enough time. */
const MARGIN_MS = 1_000;
/** At most this share of a short invocation. */
const MARGIN_SHARE = 1 / 4;
/** If less time than this is left after a check, there is no further check. */
const LAST_LOOK_MS = 100;

/** An invocation, as the watch sees it. */
export interface WatchedInvocation {
  readonly clock: Clock;
  /** Milliseconds until Lambda ends the invocation, as Lambda reports them. */
  remainingMs(): number;
  /** The pending call of the durable API. */
  awaitedCall(): AwaitedCall | undefined;
  /** Bodies that would run on beside their own repetition, if the invocation ended now. */
  busyBodies(): readonly RunningBody[];
  /** Warns that Lambda will end the invocation while bodies run, or while it hangs for an unknown reason. */
  warn(busy: readonly RunningBody[], leftMs: number): void;
}

/**
 * Makes sure that an invocation does not end without a trace: Lambda kills the sandbox at the deadline, and it would be
 * unknown what was pending.
 *
 * If the invocation waits only for the durable API, the call is failed, which ends the invocation. If a body of user
 * code still runs, a warning names it, and Lambda ends the sandbox: if the invocation returned, the body would run on
 * beside its own repetition.
 *
 * It checks a few times, each time when half of the remaining time has passed. A wait that was already there at the
 * previous check has taken at least as long as the remaining time, and is abandoned; a younger call may still get its
 * response.
 */
export class DeadlineWatch {
  readonly #watched: WatchedInvocation;
  readonly #firstLeftMs: number;
  readonly #marginMs: number;
  #timer: Timer | undefined;
  /** The wait at the last check. */
  #seen: object | undefined;
  #hasWarned = false;

  constructor(watched: WatchedInvocation) {
    this.#watched = watched;
    const leftMs = (this.#firstLeftMs = watched.remainingMs());
    this.#marginMs = Math.min(MARGIN_MS, leftMs * MARGIN_SHARE);
    this.#lookWhen(2 * this.#marginMs, leftMs);
  }

  /** Stops: no timer is left. */
  stop(): void {
    if (this.#timer !== undefined) this.#watched.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #lookWhen(thenLeftMs: number, leftMs: number): void {
    const delayMs = leftMs - thenLeftMs;
    // There is no deadline, or none that is known.
    if (!(delayMs >= 0 && delayMs <= LONGEST_TIMER_MS)) return;
    this.#timer = this.#watched.clock.setTimer(() => this.#timeHasGone(thenLeftMs), delayMs);
    // A process without further work ends immediately, rather than at the deadline. Clocks of tests lack this.
    (this.#timer as Partial<Timer>).unref?.();
  }

  #timeHasGone(thenLeftMs: number): void {
    this.#timer = undefined;
    const leftMs = this.#watched.remainingMs();
    // A deadline that does not come nearer is not a deadline: contexts of tests and local runners have such values.
    if (leftMs >= this.#firstLeftMs) return;
    if (leftMs > thenLeftMs) return this.#lookWhen(thenLeftMs, leftMs);
    if (this.#look(leftMs) && leftMs > LAST_LOOK_MS) this.#lookWhen(leftMs / 2, leftMs);
  }

  /** @returns whether to check again */
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
