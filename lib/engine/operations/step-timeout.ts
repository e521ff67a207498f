import { LONGEST_TIMER_MS, type Timer } from '../base/clock.js';
import { type Duration, secondsOf } from '../base/duration.js';
import { ConfigValidationError } from '../base/errors/context-errors.js';
import { StepTimeoutError } from '../base/errors/operation-errors.js';
import type { InvocationScope } from '../scope.js';
import { AttemptContext } from './attempt-context.js';
import type { StepContext } from './step-config.js';

export interface TimedAttempt {
  invocation: InvocationScope;
  /** The name of the step in messages. */
  label: string;
  timeout: Duration;
  /** The body's context, whose signal is aborted. */
  context: StepContext;
}

/**
 * Runs an attempt's body with its timeout.
 *
 * @throws {StepTimeoutError} when it takes longer
 * @throws {ConfigValidationError} when the timeout is not a duration
 */
export async function withinTimeout<R>(
  { invocation, label, timeout, context }: TimedAttempt,
  body: (context: StepContext) => Promise<R>,
): Promise<R> {
  const timeoutSeconds = timeoutSecondsOf(timeout, label);
  const { clock, settled } = invocation;
  let timer: Timer | undefined;
  const expiry = new Promise<never>((_, reject) => {
    const expire = () => {
      const error = new StepTimeoutError(label, timeoutSeconds);
      AttemptContext.abort(context, error);
      reject(error);
    };
    timer = clock.setTimer(expire, Math.min(timeoutSeconds * 1000, LONGEST_TIMER_MS));
  });
  const stop = () => clock.clearTimer(timer!);
  // The invocation may end before the body does: nothing is left pending in a warm sandbox.
  void settled.then(stop);
  try {
    return await Promise.race([body(context), expiry]);
  } finally {
    stop();
  }
}

/** @throws {ConfigValidationError} when the timeout is not a duration */
export function timeoutSecondsOf(timeout: Duration, label: string): number {
  const seconds = secondsOf(timeout, `The timeout of ${label}`);
  if (seconds > 0) return seconds;
  throw new ConfigValidationError(`The timeout of ${label} is 0 seconds. Give more, or leave it out for none.`);
}
