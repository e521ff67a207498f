import type { OperationAction, OperationType, OperationUpdate } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import type { OperationRecord } from '../execution-state.js';
import { invalidParameter } from '../service-error.js';
import { CALLBACK_ACTIONS } from './callback.js';
import { CHAINED_INVOKE_ACTIONS } from './chained-invoke.js';
import { CONTEXT_ACTIONS } from './context.js';
import { EXECUTION_ACTIONS } from './execution.js';
import { STEP_ACTIONS } from './step.js';
import { WAIT_ACTIONS } from './wait.js';

/** Carries one update out on a draft; throws when the state of the operation does not allow it. */
export type ApplyUpdate = (draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined) => void;

/** What may be done to one type of operation (PROTOCOL §3.4). */
export type ActionTable = Readonly<Partial<Record<OperationAction, ApplyUpdate>>>;

const ACTIONS: Readonly<Record<OperationType, ActionTable>> = {
  EXECUTION: EXECUTION_ACTIONS,
  CONTEXT: CONTEXT_ACTIONS,
  STEP: STEP_ACTIONS,
  WAIT: WAIT_ACTIONS,
  CALLBACK: CALLBACK_ACTIONS,
  CHAINED_INVOKE: CHAINED_INVOKE_ACTIONS,
};

export function actionOf({ Type, Action }: OperationUpdate): ApplyUpdate {
  const action = ACTIONS[Type][Action];
  if (action) return action;
  throw invalidParameter(
    Type === 'EXECUTION' ? 'Invalid EXECUTION action.' : 'Invalid action for the given operation type.',
  );
}
