import { DurableControlError } from '../../client/control-error.js';

/** Throttling, failures of the service, and no response at all; but nothing that every further call would meet too. */
export function isPassing(error: unknown): error is DurableControlError {
  return error instanceof DurableControlError && error.retryable;
}

/** The service shows an execution some time after its start. */
export function isNotFound(error: unknown): error is DurableControlError {
  return error instanceof DurableControlError && error.httpStatus === 404;
}
