import type { ApiErrorCodes } from '../../../wire/classify-api-error.js';
import { DurableApiError } from './durable-api-error.js';
import { brand } from '../../../wire/error-brand.js';

/**
 * What had happened could not be recorded, or the state that came back could not be read to its last page.
 *
 * Never reaches user code: the operation that waited for the checkpoint does not settle, and the invocation ends.
 */
export class CheckpointError extends DurableApiError {
  static {
    brand(this, 'CheckpointError');
  }

  /** Wraps whatever a client threw. @param codes - of the function's own, which are judged otherwise than the table does */
  static fromException(error: unknown, codes?: ApiErrorCodes): CheckpointError {
    return new CheckpointError(error, {
      apiName: 'CheckpointDurableExecution',
      terminationReason: 'CHECKPOINT_FAILED',
      codes,
    });
  }
}
