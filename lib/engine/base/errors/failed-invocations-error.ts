import { asSentence } from '../../../wire/as-sentence.js';
import { brand } from '../../../wire/error-brand.js';
import { ExecutionError } from './execution-error.js';

/** An invocation that has failed without progress of the execution. */
export interface PastFailure {
  errorType?: string | undefined;
  message?: string | undefined;
  /** ISO 8601; absent for the last one. */
  at?: string | undefined;
}

/** The maximum number of invocations in a row have failed without progress of the execution. */
export class FailedInvocationsError extends ExecutionError {
  /** The failures, oldest first. */
  readonly failures: readonly PastFailure[];

  static {
    brand(this, 'FailedInvocationsError', 'FAILED_INVOCATIONS');
  }

  /** @param failures - oldest first, including the current one; recorded as JSON text in `errorData` */
  constructor(failures: readonly PastFailure[], cause: unknown) {
    const last = failures.at(-1);
    const reason = asSentence(`${last?.errorType ?? 'an error'}: ${last?.message ?? ''}`);
    super(
      `${failures.length} invocations in a row have failed without progress, which is the limit that ` +
        `maxFailedInvocations sets. The last one failed with ${reason} Fix the cause, then start a new execution.`,
      { cause, errorData: JSON.stringify(failures) },
    );
    this.failures = failures;
  }
}
