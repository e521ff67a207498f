/** The scope of a failure of the durable API (docs/protocol.md#failures-of-the-durable-api). */
export const DurableApiErrorCategory = {
  /** Transient: this invocation ends by throwing, the service invokes again and the code replays. */
  INVOCATION: 'INVOCATION',
  /** Permanent: the execution ends as FAILED and the service never retries it. */
  EXECUTION: 'EXECUTION',
} as const;
export type DurableApiErrorCategory = (typeof DurableApiErrorCategory)[keyof typeof DurableApiErrorCategory];
