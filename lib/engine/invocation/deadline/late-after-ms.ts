import type { Clock, Timer } from '../../base/clock.js';

/** The end of the invocation that hooks and plugins must not use. */
const DEADLINE_MARGIN_MS = 1000;

/** The time that an invocation has. */
export interface InvocationTime {
  readonly clock: Clock;
  /** Milliseconds until Lambda ends the invocation. */
  remainingMs(): number;
}

/**
 * Waits for code of the user, which may never end, at most for a time that the invocation has left.
 *
 * @returns how long it was waited for, if it has not ended by then
 */
export async function lateAfterMs(
  time: InvocationTime,
  longestMs: number,
  ended: Promise<unknown>,
): Promise<number | undefined> {
  const waitMs = Math.max(0, Math.min(longestMs, time.remainingMs() - DEADLINE_MARGIN_MS));
  let timer: Timer | undefined;
  const late = new Promise<number>((resolve) => (timer = time.clock.setTimer(() => resolve(waitMs), waitMs)));
  const lateMs = await Promise.race([ended.then(() => undefined), late]);
  time.clock.clearTimer(timer!);
  return lateMs;
}
