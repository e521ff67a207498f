import type { ChainedTarget, ExecutionStart } from './execution-state.js';

/** A timer of an operation, or of the execution itself (`operationId` empty). At most one per purpose and operation. */
export interface TimerKey {
  purpose: TimerPurpose;
  operationId: string;
}

export const TimerPurpose = {
  WAIT: 'wait',
  STEP_RETRY: 'step-retry',
  CALLBACK_TIMEOUT: 'callback-timeout',
  CALLBACK_HEARTBEAT: 'callback-heartbeat',
  EXECUTION_TIMEOUT: 'execution-timeout',
  INVOCATION_RETRY: 'invocation-retry',
} as const;
export type TimerPurpose = (typeof TimerPurpose)[keyof typeof TimerPurpose];

export interface DueTimer extends TimerKey {
  atMs: number;
}

/** What must be done after a transition is committed. */
export type Effect =
  | { kind: 'schedule'; timer: DueTimer }
  | { kind: 'unschedule'; timer: TimerKey }
  /** The function has something to do: invoke it unless it is running. */
  | { kind: 'wake' }
  | { kind: 'run-target'; operationId: string; target: ChainedTarget }
  | { kind: 'start-child'; start: Omit<ExecutionStart, 'order'> }
  | { kind: 'closed' }
  /** The execution has ended and must be deleted. */
  | { kind: 'delete' };
