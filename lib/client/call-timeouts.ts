/** How long a call may take, in milliseconds. */
export interface CallTimeouts {
  /** The socket is silent. 0 for no limit. */
  socketTimeout: number;
  /** One attempt, from its sending to the end of the answer. */
  requestTimeout: number;
}

/** For all calls that Lambda answers at once: below its own minute, so that a hanging call is repeated, not cut off. */
export const STANDARD_TIMEOUTS: CallTimeouts = { socketTimeout: 50_000, requestTimeout: 50_000 };

export const CONNECTION_TIMEOUT_MS = 5_000;

/**
 * Connections to one host at a time, beyond which calls queue: enough for hundreds of invocations at once, each with one
 * call, and below the 1,024 files that a sandbox may have open.
 */
export const MAX_SOCKETS = 900;
