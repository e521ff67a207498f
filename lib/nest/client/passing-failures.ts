import { DurableControlError } from '../../client/control-error.js';

/** Throttling, failures of the service, and no response at all; but nothing that every further call would meet too. */
function isPassing(error: unknown): error is DurableControlError {
  return error instanceof DurableControlError && error.retryable;
}

/** The service shows an execution some time after its start. */
export function isNotFound(error: unknown): error is DurableControlError {
  return error instanceof DurableControlError && error.httpStatus === 404;
}

/** How long the service may not find an execution that was just started. */
const NOT_FOUND_YET_MS = 30_000;

/** The AWS client has found no credentials. */
const NO_CREDENTIALS = 'CredentialsProviderError';

/** What a caller that waits for an execution has met so far. */
export interface Waited {
  waitedMs: number;
  /** Whether the service has told of the execution before. */
  hasAnswered: boolean;
}

/** Whether a further call may succeed. Credentials that have never worked are a mistake; those that have are renewed. */
export function mayStillPass(error: unknown, { waitedMs, hasAnswered }: Waited): boolean {
  if (isNotFound(error)) return waitedMs < NOT_FOUND_YET_MS;
  return isPassing(error) && (hasAnswered || error.code !== NO_CREDENTIALS);
}
