import type { ErrorExplanation } from '../../rules/verdict.js';
import type { Clock, Timer } from '../base/clock.js';
import { normaliseThrown } from '../base/errors/error-object.js';
import { type FailedOperation, failedOperationOf } from '../base/errors/failure-origin.js';
import { type DecisionSubject, report } from '../context/logging/decision-log.js';
import type { DurableLogger } from '../context/logging/durable-logger.js';

/** An attempt of a step, or a check of a condition, that has failed. */
export interface StepFailure {
  /** What was thrown: the live error, with its class, stack and causes. */
  error: unknown;
  /** The operation whose attempt it was. */
  operation: FailedOperation;
  /** From 1. */
  attempt: number;
  /** Seconds until the next attempt; absent when there is none, and the operation has failed. */
  nextAttemptDelaySeconds?: number;
  /** Which rule has decided what follows; absent where none was asked, as in conditions and outside of Nest. */
  explanation?: ErrorExplanation;
  executionArn: string;
  /** Of the invocation. */
  requestId: string;
}

/** The failure of an execution, for good. */
export interface ExecutionFailure {
  /** What the handler threw: the live error, with its class, stack and causes. */
  error: unknown;
  /** The innermost operation that the error came out of; absent for an error of the handler's own. */
  operation?: FailedOperation;
  executionArn: string;
  /** Of the invocation; absent where Lambda has given none. */
  requestId?: string;
}

/** Told of failures with the errors themselves, for error trackers and alarms. What they throw is logged and changes nothing. */
export interface FailureHooks {
  /** Called for each failed attempt, before it is saved: again, if it cannot be saved and the attempt is repeated. */
  onStepFailed?: (failure: StepFailure) => unknown;
  /**
   * Called when the execution has failed, before the service is told. A promise is waited for, at most for 5 seconds, so that
   * an error tracker can send what it has.
   */
  onExecutionFailed?: (failure: ExecutionFailure) => unknown;
}

/** Longer than an error tracker takes to send its errors. */
const LONGEST_WAIT_MS = 5000;

/** The end of the invocation that hooks may not use up. */
const DEADLINE_MARGIN_MS = 1000;

/** What hooks are called with beside the failure. */
export interface HookSurroundings {
  hooks: FailureHooks;
  logger: DurableLogger;
  clock: Clock;
  /** Milliseconds until Lambda ends the invocation. */
  remainingMs(): number;
}

/** Tells of a failed attempt. */
export function tellStepFailed(
  { hooks, logger }: Pick<HookSurroundings, 'hooks' | 'logger'>,
  failure: StepFailure,
): void {
  if (hooks.onStepFailed) void call('onStepFailed', () => hooks.onStepFailed!(failure), logger);
}

/** What is told of an error that has failed an execution. */
export function failureOf(error: unknown, { executionArn, requestId }: DecisionSubject): ExecutionFailure {
  const operation = failedOperationOf(error);
  return { error, ...(operation && { operation }), executionArn, ...(requestId !== undefined && { requestId }) };
}

/** Tells of a failed execution, and waits for whoever is told; never rejects. */
export async function tellExecutionFailed(
  { hooks, logger, clock, remainingMs }: HookSurroundings,
  failure: ExecutionFailure,
): Promise<void> {
  if (!hooks.onExecutionFailed) return;
  const told = call('onExecutionFailed', () => hooks.onExecutionFailed!(failure), logger);
  const waitMs = Math.min(LONGEST_WAIT_MS, remainingMs() - DEADLINE_MARGIN_MS);
  let timer: Timer | undefined;
  const timeout = new Promise<void>((resolve) => (timer = clock.setTimer(resolve, Math.max(0, waitMs))));
  await Promise.race([told, timeout]);
  clock.clearTimer(timer!);
}

/** Runs a hook now; never rejects. */
async function call(hook: keyof FailureHooks, run: () => unknown, logger: DurableLogger): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { name: errorType, message: errorMessage } = normaliseThrown(error);
    report(logger, 'warn', { message: `The hook ${hook} failed; the execution goes on.`, errorType, errorMessage });
  }
}
