/** How long a call may take, in milliseconds. */
export interface CallTimeouts {
  /** The socket is silent. 0 for no limit. */
  socketTimeout: number;
  /** One attempt, from sending the request to the end of the response. */
  requestTimeout: number;
}

/**
 * For all calls to which Lambda responds immediately: below Lambda's own minute, so that a hanging call is retried, not
 * cut off.
 */
export const STANDARD_TIMEOUTS: CallTimeouts = { socketTimeout: 50_000, requestTimeout: 50_000 };

export const CONNECTION_TIMEOUT_MS = 5_000;

/**
 * Connections to one host at a time; further calls queue. This is enough for hundreds of concurrent invocations with
 * one call each, and below the 1,024 files that a sandbox may have open.
 */
export const MAX_SOCKETS = 900;

/** A call took too long. Has the name and the code that the AWS client uses. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'ETIMEDOUT';
}
