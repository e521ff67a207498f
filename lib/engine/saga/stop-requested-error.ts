import { brand } from '../../wire/error-brand.js';
import type { StopRequest } from '../../wire/stop-request.js';
import { ExecutionError } from '../base/errors/execution-error.js';

/**
 * A stop was requested, and the execution listens to that: it is FAILED with this error, once everything is undone. No
 * code can catch it, because the body has been left.
 */
export class StopRequestedError extends ExecutionError {
  /** The reason that the caller gave. */
  readonly request: StopRequest;

  static {
    brand(this, 'StopRequestedError', 'STOP_REQUESTED');
  }

  constructor(request: StopRequest) {
    const reason = [request.type, request.message].filter(Boolean).join(': ');
    const errorData = request.data === undefined ? {} : { errorData: request.data };
    super(reason === '' ? 'The execution was asked to stop.' : `The execution was asked to stop: ${reason}`, errorData);
    this.request = request;
  }
}
