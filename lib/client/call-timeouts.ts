/** How long a call may take, in milliseconds. */
export interface CallTimeouts {
  /** The socket is silent. 0 for no limit. */
  socketTimeout: number;
  /** The whole call, of one attempt. */
  requestTimeout: number;
}

/** For all calls that Lambda answers at once: below its own minute, so that a hanging call is repeated, not cut off. */
export const STANDARD_TIMEOUTS: CallTimeouts = { socketTimeout: 50_000, requestTimeout: 55_000 };

export const CONNECTION_TIMEOUT_MS = 5_000;
