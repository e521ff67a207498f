import type { ApiErrorCodes } from '../../../wire/classify-api-error.js';
import { DurableApiError } from './durable-api-error.js';
import { brand } from '../../../wire/error-brand.js';

/**
 * An update could not be recorded, or the state in the response could not be read to its last page.
 *
 * Never reaches user code: the operation that waits for the checkpoint does not settle, and the invocation ends.
 */
export class CheckpointError extends DurableApiError {
  static {
    brand(this, 'CheckpointError');
  }

  /**
   * Wraps the error of a client. @param codes - of the function's configuration, whose scope differs from the table's
   * @param waiting - what has waited for the call, as a sentence
   */
  static fromException(error: unknown, codes?: ApiErrorCodes, waiting?: string): CheckpointError {
    return new CheckpointError(error, 'CheckpointDurableExecution', { codes, waiting });
  }
}
