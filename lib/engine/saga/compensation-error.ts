import { asSentence } from '../../wire/as-sentence.js';
import { messageOf } from '../../wire/thrown.js';
import { toErrorObject } from '../base/errors/error-object.js';
import { brand } from '../../wire/error-brand.js';
import { DurableExecutionsError } from '../../wire/durable-executions-error.js';

/** An undo that has failed permanently, after its own retries. */
export interface FailedUndo {
  /** The name of the step to undo. */
  step: string;
  errorType: string;
  message: string;
}

/**
 * After a failure, not everything could be undone. The first failure is its `cause`, and the execution is recorded
 * under the name of that failure; the message adds what could not be undone.
 */
export class CompensationError extends DurableExecutionsError {
  /** In the order in which they ran: the last step first. */
  readonly failures: readonly FailedUndo[];
  /** The name under which the first failure alone would be recorded. */
  readonly errorType: string;
  /** `failures` as JSON text, for programs to read. */
  readonly errorData: string;

  static {
    brand(this, 'CompensationError', 'COMPENSATION_FAILED');
  }

  constructor(first: unknown, failures: readonly FailedUndo[]) {
    const undone = failures.map(({ step, errorType, message }) => `"${step}" (${errorType}: ${message})`).join(', ');
    super(`${asSentence(messageOf(first))} Then not everything could be undone: ${undone}. Undo it manually.`, {
      cause: first,
    });
    this.errorType = toErrorObject(first).ErrorType ?? 'Error';
    this.failures = failures;
    this.errorData = JSON.stringify(failures);
  }
}
