import { DurableApiError } from './durable-api-error.js';
import { brand } from './error-brand.js';

/**
 * The recorded state could not be loaded to its last page. User code may have replayed what was there; nothing new has begun.
 *
 * @see PROTOCOL §1.3, §2.4, §6
 */
export class GetExecutionStateError extends DurableApiError {
  static {
    brand(this, 'GetExecutionStateError');
  }

  /** Wraps whatever a client threw. */
  static fromException(error: unknown): GetExecutionStateError {
    return new GetExecutionStateError(error, {
      apiName: 'GetDurableExecutionState',
      terminationReason: 'STATE_LOAD_FAILED',
    });
  }
}
