/** Which fault has ended an invocation. Suspending is not a fault, so it has no reason here. */
export const TerminationReason = {
  /** A checkpoint failed, or the pages of its response could not be read. */
  CHECKPOINT_FAILED: 'CHECKPOINT_FAILED',
  /** The recorded state could not be loaded to its last page. */
  STATE_LOAD_FAILED: 'STATE_LOAD_FAILED',
  SERDES_FAILED: 'SERDES_FAILED',
  CONTEXT_VALIDATION: 'CONTEXT_VALIDATION',
  CONFIG_VALIDATION: 'CONFIG_VALIDATION',
  NON_DETERMINISM: 'NON_DETERMINISM',
  /** User code has thrown an `ExecutionError`. */
  EXECUTION_ERROR: 'EXECUTION_ERROR',
  /** User code has thrown an `InvocationError`. */
  INVOCATION_ERROR: 'INVOCATION_ERROR',
} as const;
export type TerminationReason = (typeof TerminationReason)[keyof typeof TerminationReason];
