import type { ApiErrorCodes } from '../../../wire/classify-api-error.js';
import { DurableApiError } from './durable-api-error.js';
import { brand } from '../../../wire/error-brand.js';

/**
 * The recorded state could not be loaded to its last page. User code may have replayed what was there; nothing new has begun.
 */
export class GetExecutionStateError extends DurableApiError {
  static {
    brand(this, 'GetExecutionStateError');
  }

  /** Wraps whatever a client threw. @param codes - of the function's own, which are judged otherwise than the table does */
  static fromException(error: unknown, codes?: ApiErrorCodes): GetExecutionStateError {
    return new GetExecutionStateError(error, {
      apiName: 'GetDurableExecutionState',
      terminationReason: 'STATE_LOAD_FAILED',
      codes,
    });
  }
}
