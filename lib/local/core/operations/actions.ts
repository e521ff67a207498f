import type { OperationType, OperationUpdate } from '../../../wire/operation.js';
import { invalidParameter } from '../service-error.js';
import type { ActionTable, ApplyUpdate } from './action-table.js';
import { CALLBACK_ACTIONS } from './callback.js';
import { CHAINED_INVOKE_ACTIONS } from './chained-invoke.js';
import { CONTEXT_ACTIONS } from './context.js';
import { EXECUTION_ACTIONS } from './execution.js';
import { STEP_ACTIONS } from './step.js';
import { WAIT_ACTIONS } from './wait.js';

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
