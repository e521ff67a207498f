import type { ErrorObject } from '../../wire/operation.js';
import type { CompletionReason } from './completion-reason.js';
import { DurableExecutionsError } from './durable-executions-error.js';
import { brand } from './error-brand.js';
import { toErrorObject } from './error-object.js';

/**
 * What a failed operation rejects with, alike on the first run and on every replay.
 *
 * Of what user code threw only name, message and `errorData` are recorded, so its class is lost: match on `cause.name`.
 *
 * @see PROTOCOL §5.12
 */
export abstract class DurableOperationError extends DurableExecutionsError {
  /** The name of the class, recorded as `ErrorType`. */
  abstract readonly errorType: string;
  declare cause?: Error;
  errorData?: string;
  stackTrace?: string[];

  static {
    brand(this, { name: 'DurableOperationError', code: 'OPERATION_FAILED' });
  }

  constructor(message = 'The operation failed.', cause?: Error, errorData?: string) {
    super(message, cause && { cause });
    this.errorData = errorData;
  }

  /** Rebuilds the error of a recorded failure; whatever is not one of these classes becomes a {@link StepError}. */
  static fromErrorObject(errorObject: ErrorObject): DurableOperationError {
    const { ErrorType = 'Error', ErrorMessage, ErrorData, StackTrace } = errorObject;
    const cause = Object.assign(new Error(ErrorMessage), { name: ErrorType, stack: StackTrace?.join('\n') });
    const error = (RECORDED_CLASSES.get(ErrorType) ?? asStepError)(ErrorMessage, cause, ErrorData);
    error.stackTrace = StackTrace;
    return error;
  }

  /** What is recorded of it; without `errorData` of its own, that of the nearest cause. */
  toErrorObject(): ErrorObject {
    return toErrorObject(this);
  }
}

/** A step has used up its retries. */
export class StepError extends DurableOperationError {
  readonly errorType = 'StepError';

  static {
    brand(this, { name: 'StepError', code: 'STEP_FAILED' });
  }
}

/** Base of what a callback can fail with; also thrown itself where none of its subclasses fits. */
export class CallbackError extends DurableOperationError {
  readonly errorType: string = 'CallbackError';

  static {
    brand(this, { name: 'CallbackError', code: 'CALLBACK_FAILED' });
  }
}

/** Whoever holds the callback id has reported a failure. */
export class CallbackExternalError extends CallbackError {
  override readonly errorType = 'CallbackExternalError';

  static {
    brand(this, { name: 'CallbackExternalError', code: 'CALLBACK_REJECTED' });
  }
}

/** Neither a result nor a heartbeat came in time. */
export class CallbackTimeoutError extends CallbackError {
  override readonly errorType = 'CallbackTimeoutError';

  static {
    brand(this, { name: 'CallbackTimeoutError', code: 'CALLBACK_TIMED_OUT' });
  }
}

/** The function that hands out the callback id has failed. */
export class CallbackSubmitterError extends CallbackError {
  override readonly errorType = 'CallbackSubmitterError';

  static {
    brand(this, { name: 'CallbackSubmitterError', code: 'CALLBACK_SUBMITTER_FAILED' });
  }
}

/** An invoked function has failed, timed out or was stopped. */
export class InvokeError extends DurableOperationError {
  readonly errorType = 'InvokeError';

  static {
    brand(this, { name: 'InvokeError', code: 'INVOKE_FAILED' });
  }
}

/** The body of a child context has thrown. */
export class ChildContextError extends DurableOperationError {
  readonly errorType = 'ChildContextError';

  static {
    brand(this, { name: 'ChildContextError', code: 'CHILD_CONTEXT_FAILED' });
  }
}

/** A promise combinator was rejected. */
export class PromiseCombinatorError extends DurableOperationError {
  readonly errorType = 'PromiseCombinatorError';

  static {
    brand(this, { name: 'PromiseCombinatorError', code: 'PROMISE_COMBINATOR_FAILED' });
  }
}

/**
 * A condition has failed, where its check or its strategy threw this very error: whatever else they throw surfaces as a
 * {@link StepError}, as under the official SDK.
 */
export class WaitForConditionError extends DurableOperationError {
  readonly errorType = 'WaitForConditionError';

  static {
    brand(this, { name: 'WaitForConditionError', code: 'WAIT_FOR_CONDITION_FAILED' });
  }
}

/** A map or parallel operation counts as failed although no single item may have failed. */
export class BatchCompletionError extends DurableOperationError {
  readonly completionReason: CompletionReason;
  readonly errorType = 'BatchCompletionError';

  static {
    brand(this, { name: 'BatchCompletionError', code: 'BATCH_FAILED' });
  }

  constructor(completionReason: CompletionReason, ...described: RecordedParts) {
    super(...described);
    this.completionReason = completionReason;
  }
}

/** A step that must run at most once per attempt was started and never finished: the invocation died in between. */
export class StepInterruptedError extends DurableExecutionsError {
  static {
    brand(this, { name: 'StepInterruptedError', code: 'STEP_INTERRUPTED' });
  }

  constructor(stepId: string, stepName?: string) {
    super(
      `Step ${stepName === undefined ? stepId : `"${stepName}" (${stepId})`} was started by an earlier invocation that ` +
        'ended before the step did. Nobody knows how far it got, so this attempt counts as failed.',
    );
  }
}

/** An attempt of a step took longer than its timeout; what it still does is not waited for. */
export class StepTimeoutError extends DurableExecutionsError {
  static {
    brand(this, { name: 'StepTimeoutError', code: 'STEP_TIMED_OUT' });
  }

  constructor(stepLabel: string, timeoutSeconds: number) {
    super(
      `${stepLabel} did not end within ${timeoutSeconds} seconds, so this attempt counts as failed. Give it more time, or ` +
        'end its work when the `signal` of its context is aborted.',
    );
  }
}

type RecordedParts = [message?: string, cause?: Error, errorData?: string];
type Rebuild = (...parts: RecordedParts) => DurableOperationError;

const asStepError: Rebuild = (...parts) => new StepError(...parts);

const RECORDED_CLASSES: ReadonlyMap<string, Rebuild> = new Map<string, Rebuild>([
  ['StepError', asStepError],
  ['CallbackError', (...parts) => new CallbackError(...parts)],
  ['CallbackExternalError', (...parts) => new CallbackExternalError(...parts)],
  ['CallbackTimeoutError', (...parts) => new CallbackTimeoutError(...parts)],
  ['CallbackSubmitterError', (...parts) => new CallbackSubmitterError(...parts)],
  ['InvokeError', (...parts) => new InvokeError(...parts)],
  ['ChildContextError', (...parts) => new ChildContextError(...parts)],
  ['PromiseCombinatorError', (...parts) => new PromiseCombinatorError(...parts)],
  ['WaitForConditionError', (...parts) => new WaitForConditionError(...parts)],
  // The reason is not on the wire; a custom decision is the only one that throws this error.
  ['BatchCompletionError', (...parts) => new BatchCompletionError('CUSTOM_COMPLETION_FAILED', ...parts)],
]);
