import type { ApiErrorCodes } from '../../../wire/classify-api-error.js';
import { DurableApiError } from './durable-api-error.js';
import { brand } from '../../../wire/error-brand.js';

/**
 * The recorded state could not be loaded to its last page. User code may have replayed the pages that had arrived;
 * nothing new has started.
 */
export class GetExecutionStateError extends DurableApiError {
  static {
    brand(this, 'GetExecutionStateError');
  }

  /**
   * Wraps the error of a client. @param codes - of the function's configuration, whose scope differs from the table's
   * @param waiting - what has waited for the call, as a sentence
   */
  static fromException(error: unknown, codes?: ApiErrorCodes, waiting?: string): GetExecutionStateError {
    return new GetExecutionStateError(error, 'GetDurableExecutionState', { codes, waiting });
  }
}
