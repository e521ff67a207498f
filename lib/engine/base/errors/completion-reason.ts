/** Why a map or parallel operation ended (docs/protocol.md#map-and-parallel). */
export const CompletionReason = {
  ALL_COMPLETED: 'ALL_COMPLETED',
  MIN_SUCCESSFUL_REACHED: 'MIN_SUCCESSFUL_REACHED',
  FAILURE_TOLERANCE_EXCEEDED: 'FAILURE_TOLERANCE_EXCEEDED',
  CUSTOM_COMPLETION_SUCCEEDED: 'CUSTOM_COMPLETION_SUCCEEDED',
  CUSTOM_COMPLETION_FAILED: 'CUSTOM_COMPLETION_FAILED',
} as const;
export type CompletionReason = (typeof CompletionReason)[keyof typeof CompletionReason];
