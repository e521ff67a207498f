/** Why an invocation stops before its handler has returned. */
export const TerminationReason = {
  /** Nothing can run until the service invokes again, for a reason that has no name of its own. */
  OPERATION_TERMINATED: 'OPERATION_TERMINATED',
  RETRY_SCHEDULED: 'RETRY_SCHEDULED',
  WAIT_SCHEDULED: 'WAIT_SCHEDULED',
  CALLBACK_PENDING: 'CALLBACK_PENDING',
  INVOKE_PENDING: 'INVOKE_PENDING',
  CONDITION_PENDING: 'CONDITION_PENDING',
  /** A checkpoint was answered without a token: this invocation may record nothing more (PROTOCOL §2.3). */
  SUPERSEDED: 'SUPERSEDED',
  CHECKPOINT_FAILED: 'CHECKPOINT_FAILED',
  STATE_LOAD_FAILED: 'STATE_LOAD_FAILED',
  SERDES_FAILED: 'SERDES_FAILED',
  CONTEXT_VALIDATION: 'CONTEXT_VALIDATION',
  CONFIG_VALIDATION: 'CONFIG_VALIDATION',
  NON_DETERMINISM: 'NON_DETERMINISM',
  EXECUTION_ERROR: 'EXECUTION_ERROR',
  INVOCATION_ERROR: 'INVOCATION_ERROR',
} as const;
export type TerminationReason = (typeof TerminationReason)[keyof typeof TerminationReason];

/** A suspension is answered with PENDING; a fault carries an error, which decides between FAILED and a throw. */
export type TerminationClass = 'suspend' | 'fault';

const CLASSES: Readonly<Record<TerminationReason, TerminationClass>> = {
  OPERATION_TERMINATED: 'suspend',
  RETRY_SCHEDULED: 'suspend',
  WAIT_SCHEDULED: 'suspend',
  CALLBACK_PENDING: 'suspend',
  INVOKE_PENDING: 'suspend',
  CONDITION_PENDING: 'suspend',
  SUPERSEDED: 'suspend',
  CHECKPOINT_FAILED: 'fault',
  STATE_LOAD_FAILED: 'fault',
  SERDES_FAILED: 'fault',
  CONTEXT_VALIDATION: 'fault',
  CONFIG_VALIDATION: 'fault',
  NON_DETERMINISM: 'fault',
  EXECUTION_ERROR: 'fault',
  INVOCATION_ERROR: 'fault',
};

/** Suspensions are an allow-list: a reason nobody knows (another copy of the package may name one) is a fault. */
export function terminationClassOf(reason: string): TerminationClass {
  return Object.hasOwn(CLASSES, reason) ? CLASSES[reason as TerminationReason] : 'fault';
}
