import { brand } from '../../wire/error-brand.js';
import type { StopRequest } from '../../wire/stop-request.js';
import { ExecutionError } from '../base/errors/execution-error.js';

/**
 * Somebody has asked the execution to stop, and it listens to that: with this error it is FAILED, once everything is undone. No
 * code can catch it, for the body has been left where it stood.
 */
export class StopRequestedError extends ExecutionError {
  /** Why, as whoever asked for it says. */
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
