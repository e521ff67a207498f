import type { ErrorExplanation } from '../../rules/verdict.js';
import { normaliseThrown } from '../base/errors/error-object.js';
import { type FailedOperation, failureOriginOf } from '../base/errors/failure-origin.js';
import { type DecisionSubject, report } from '../context/logging/decision-log.js';
import type { DurableLogger } from '../context/logging/durable-logger.js';
import { type InvocationTime, lateAfterMs } from './deadline/late-after-ms.js';

/** A failed attempt of a step, or a failed check of a condition. */
export interface StepFailure {
  /** The live error that was thrown, with its class, stack and causes. */
  error: unknown;
  /** The operation of the attempt. */
  operation: FailedOperation;
  /** From 1. */
  attempt: number;
  /** Seconds until the next attempt; absent when there is none, and the operation has failed. */
  nextAttemptDelaySeconds?: number;
  /** The rule that has decided what follows; absent if no rules applied, as in conditions and outside Nest. */
  explanation?: ErrorExplanation;
  executionArn: string;
  /** The request id of the invocation. */
  requestId: string;
}

/** The final failure of an execution. */
export interface ExecutionFailure {
  /** The live error that the handler threw, with its class, stack and causes. */
  error: unknown;
  /** The innermost operation from which the error came; absent for an error of the handler's own. */
  operation?: FailedOperation;
  /**
   * What user code threw in that operation, with its class and stack; absent if the operation had failed in an earlier
   * invocation. `error` has only what was recorded of it, so that code sees the same on every run.
   */
  thrown?: unknown;
  executionArn: string;
  /** The request id of the invocation; absent if Lambda has passed none. */
  requestId?: string;
}

/**
 * Hooks that receive the live errors of failures, for error trackers and alarms. Their own errors are logged and change
 * nothing. A durable operation in `onStepFailed` fails the execution with a `ContextValidationError`: a replay does not
 * call the hook again.
 */
export interface FailureHooks {
  /** Called for each failed attempt, before it is saved: called again if saving fails and the attempt is repeated. */
  onStepFailed?: (failure: StepFailure) => unknown;
  /**
   * Called when the execution has failed, before the service receives the failure. A promise is awaited, for at most 5
   * seconds, so that an error tracker can send its data.
   */
  onExecutionFailed?: (failure: ExecutionFailure) => unknown;
}

/** Longer than an error tracker takes to send its errors. */
const LONGEST_WAIT_MS = 5000;

/** The other arguments of hooks. */
export interface HookSurroundings extends InvocationTime {
  readonly config: FailureHooks;
  readonly logger: DurableLogger;
}

/** Reports a failed attempt. */
export function tellStepFailed(
  { config, logger }: Pick<HookSurroundings, 'config' | 'logger'>,
  failure: StepFailure,
): void {
  if (config.onStepFailed) void call('onStepFailed', () => config.onStepFailed!(failure), logger);
}

/** The report of an error that has failed an execution. */
export function failureOf(error: unknown, { executionArn, requestId }: DecisionSubject): ExecutionFailure {
  const { operation, thrown } = failureOriginOf(error) ?? {};
  return {
    error,
    ...(operation && { operation }),
    ...(thrown !== undefined && { thrown }),
    executionArn,
    ...(requestId !== undefined && { requestId }),
  };
}

/** Reports a failed execution, and awaits the hook; never rejects. */
export async function tellExecutionFailed(surroundings: HookSurroundings, failure: ExecutionFailure): Promise<void> {
  const { config, logger } = surroundings;
  if (!config.onExecutionFailed) return;
  const told = call('onExecutionFailed', () => config.onExecutionFailed!(failure), logger);
  await lateAfterMs(surroundings, LONGEST_WAIT_MS, told);
}

/** Runs a hook synchronously; never rejects. */
async function call(hook: keyof FailureHooks, run: () => unknown, logger: DurableLogger): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { name: errorType, message: errorMessage } = normaliseThrown(error);
    report(logger, 'warn', { message: `The hook ${hook} failed; the execution continues.`, errorType, errorMessage });
  }
}
