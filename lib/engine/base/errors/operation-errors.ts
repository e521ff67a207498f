import type { ErrorObject } from '../../../wire/operation.js';
import type { CompletionReason } from './completion-reason.js';
import { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { brand, brandOf } from '../../../wire/error-brand.js';
import { toErrorObject } from './error-object.js';
import { knownInvokeFailure } from './invoke-knowledge.js';
import { type KeptError, restoreKept } from './kept-error.js';
import { readKept } from './kept-text.js';

/**
 * The rejection of a failed operation, the same on the first run and on every replay.
 *
 * The record has the name, message and `errorData` of what user code threw: match on `cause.name`. An error of a class
 * that is registered with `@DurableError()` is thrown as itself instead of this error.
 */
export abstract class DurableOperationError extends DurableExecutionsError {
  /** The name of the class, recorded as `ErrorType`. */
  abstract readonly errorType: string;
  declare cause?: Error;
  errorData?: string;
  stackTrace?: string[];

  static {
    brand(this, 'DurableOperationError', 'OPERATION_FAILED');
  }

  constructor(message?: string, cause?: Error, errorData?: string) {
    super(message ?? messageOfClass(brandOf(new.target.prototype)), cause && { cause });
    this.errorData = errorData;
    // Abstract only for subclasses elsewhere: ours are named by their brand.
    Object.assign(this, { errorType: brandOf(this).at(-1) });
  }

  /** Rebuilds the error of a recorded failure; any other class becomes a {@link StepError}. */
  static fromErrorObject(errorObject: ErrorObject): DurableOperationError {
    return rebuildOperationError(errorObject, false);
  }

  /** The rule that allowed no further attempt; absent if no rules applied. */
  get rule(): string | undefined {
    return readKept(this.errorData)?.rule;
  }

  /** The verdict of that rule: `permanent`, `transient` or `ambiguous`. */
  get verdict(): string | undefined {
    return readKept(this.errorData)?.verdict;
  }

  /** What is recorded of it; without its own `errorData`, that of the nearest cause. */
  toErrorObject(): ErrorObject {
    return toErrorObject(this);
  }
}

/** The messages of failures that were recorded without one, as in the official SDK. */
const MESSAGES: Readonly<Record<string, string>> = {
  StepError: 'Step failed',
  CallbackError: 'Callback failed',
  CallbackTimeoutError: 'Callback timed out',
  CallbackSubmitterError: 'Callback submitter failed',
  InvokeError: 'Invoke failed',
  ChildContextError: 'Child context failed',
  PromiseCombinatorError: 'Promise combinator failed',
  WaitForConditionError: 'Wait for condition failed',
};

/** That of the nearest class that has one. */
function messageOfClass(names: readonly string[]): string {
  return MESSAGES[names.findLast((name) => name in MESSAGES) ?? ''] ?? 'The operation failed.';
}

/** A step has used up its retries. */
export class StepError extends DurableOperationError {
  declare readonly errorType: 'StepError';

  static {
    brand(this, 'StepError', 'STEP_FAILED');
  }
}

/**
 * A step has failed and may have taken effect: the request was sent, and no response came. The step is not marked as
 * idempotent, so it was not retried. Find out in the other system what has happened, then continue or compensate.
 */
export class UnknownOutcomeError extends StepError {
  static {
    brand(this, 'UnknownOutcomeError', 'STEP_OUTCOME_UNKNOWN');
  }
}

/** Base of the errors of a callback; thrown itself if none of its subclasses fits. */
export class CallbackError extends DurableOperationError {
  declare readonly errorType: string;

  static {
    brand(this, 'CallbackError', 'CALLBACK_FAILED');
  }
}

/** The sender has reported a failure of the callback. */
export class CallbackExternalError extends CallbackError {
  declare readonly errorType: 'CallbackExternalError';

  static {
    brand(this, 'CallbackExternalError', 'CALLBACK_REJECTED');
  }
}

/** Neither a result nor a heartbeat arrived in time. */
export class CallbackTimeoutError extends CallbackError {
  declare readonly errorType: 'CallbackTimeoutError';

  static {
    brand(this, 'CallbackTimeoutError', 'CALLBACK_TIMED_OUT');
  }
}

/** The submitter function, which sends out the callback id, has failed. */
export class CallbackSubmitterError extends CallbackError {
  declare readonly errorType: 'CallbackSubmitterError';

  static {
    brand(this, 'CallbackSubmitterError', 'CALLBACK_SUBMITTER_FAILED');
  }
}

/**
 * An invoked function has failed, timed out or was stopped. `remedy` and `retryable` are known where the engine is loaded,
 * as in every execution.
 */
export class InvokeError extends DurableOperationError {
  declare readonly errorType: 'InvokeError';

  static {
    brand(this, 'InvokeError', 'INVOKE_FAILED');
  }

  /** What can be done, if `cause.name` is an error name of Lambda's Invoke; the function may have thrown it too. */
  get remedy(): string | undefined {
    return knownInvokeFailure(this.cause?.name)?.remedy;
  }

  /** Whether a later invoke can succeed without any fix; `undefined` if the name is not one of Invoke. */
  get retryable(): boolean | undefined {
    return knownInvokeFailure(this.cause?.name)?.retryable;
  }
}

/** The body of a child context has thrown. */
export class ChildContextError extends DurableOperationError {
  declare readonly errorType: 'ChildContextError';

  static {
    brand(this, 'ChildContextError', 'CHILD_CONTEXT_FAILED');
  }
}

/** A promise combinator was rejected. */
export class PromiseCombinatorError extends DurableOperationError {
  declare readonly errorType: 'PromiseCombinatorError';

  static {
    brand(this, 'PromiseCombinatorError', 'PROMISE_COMBINATOR_FAILED');
  }
}

/**
 * A condition has failed because its check or its strategy threw this error: any other error of theirs becomes a
 * {@link StepError}, as in the official SDK.
 */
export class WaitForConditionError extends DurableOperationError {
  declare readonly errorType: 'WaitForConditionError';

  static {
    brand(this, 'WaitForConditionError', 'WAIT_FOR_CONDITION_FAILED');
  }
}

/** A map or parallel operation counts as failed although no single item may have failed. */
export class BatchCompletionError extends DurableOperationError {
  readonly completionReason: CompletionReason;
  declare readonly errorType: 'BatchCompletionError';

  static {
    brand(this, 'BatchCompletionError', 'BATCH_FAILED');
  }

  constructor(completionReason: CompletionReason, message?: string, cause?: Error, errorData?: string) {
    super(message ?? `Batch completed as failed by shouldComplete (${completionReason})`, cause, errorData);
    this.completionReason = completionReason;
  }
}

/** A step that must run at most once per attempt was started and never completed: the invocation died in between. */
export class StepInterruptedError extends DurableExecutionsError {
  static {
    brand(this, 'StepInterruptedError', 'STEP_INTERRUPTED');
  }

  /** @param how - how it was interrupted, as the rest of a sentence */
  constructor(
    stepId: string,
    stepName?: string,
    how = 'was started by an earlier invocation, which ended before the result of the step was recorded',
  ) {
    super(
      `Step ${stepName === undefined ? stepId : `"${stepName}" (${stepId})`} ${how}. ` +
        'It is unknown how far it got, so this attempt counts as failed.',
    );
  }
}

/** An attempt of a step took longer than its timeout; its remaining work is not awaited. */
export class StepTimeoutError extends DurableExecutionsError {
  static {
    brand(this, 'StepTimeoutError', 'STEP_TIMED_OUT');
  }

  constructor(stepLabel: string, timeoutSeconds: number) {
    super(
      `${stepLabel} did not complete within ${timeoutSeconds} seconds, so this attempt counts as failed. Give it more time, or ` +
        'end its work when the `signal` of its context is aborted.',
    );
  }
}

type RecordedParts = [message?: string, cause?: Error, errorData?: string];

const RECORDED_CLASSES: ReadonlyArray<new (...parts: RecordedParts) => DurableOperationError> = [
  StepError,
  CallbackError,
  CallbackExternalError,
  CallbackTimeoutError,
  CallbackSubmitterError,
  InvokeError,
  ChildContextError,
  PromiseCombinatorError,
  WaitForConditionError,
  UnknownOutcomeError,
];

/**
 * The error of a recorded failure.
 *
 * @param isOwn - recorded by an operation of this function, so the class of its cause must be registered here
 * @throws {ErrorClassMissingError} when it is not
 */
export function rebuildOperationError(recorded: ErrorObject, isOwn: boolean): DurableOperationError {
  const { ErrorType = 'Error', ErrorMessage, ErrorData, StackTrace } = recorded;
  const kept = readKept(ErrorData);
  const cause = kept
    ? restoreKept(kept, isOwn)
    : Object.assign(new Error(ErrorMessage), { name: ErrorType, stack: StackTrace?.join('\n') });
  const error = rebuild({ errorType: ErrorType, kept }, [ErrorMessage, cause, ErrorData]);
  error.stackTrace = StackTrace;
  return error;
}

function rebuild(
  { errorType, kept }: { errorType: string; kept: KeptError | undefined },
  parts: RecordedParts,
): DurableOperationError {
  // The record has no completion reason; a custom decision is the only one that throws this error.
  if (errorType === 'BatchCompletionError') return new BatchCompletionError('CUSTOM_COMPLETION_FAILED', ...parts);
  const errorClass = RECORDED_CLASSES.find(({ prototype }) => (prototype as Error).name === errorType);
  if (errorClass) return new errorClass(...parts);
  const [message = 'Unknown error', ...others] = parts;
  return kept?.verdict === 'ambiguous'
    ? new UnknownOutcomeError(message, ...others)
    : new StepError(message, ...others);
}
