import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { readInitialState } from '../../wire/read-answers.js';
import { CallLimits } from '../invocation/border/call-limits.js';
import { StateReading } from '../invocation/border/state-reading.js';
import type { EngineConfig } from '../invocation/engine-config.js';
import { UnreadableStateError } from '../base/errors/unreadable-state-error.js';
import { ExecutionState } from './execution-state.js';

/**
 * The state with which an invocation starts: what the event brings, and the pages behind it, which are read meanwhile.
 * It never throws: of an event that brings no readable state, the completion rejects with an {@link UnreadableStateError}.
 */
export function openState(
  event: DurableExecutionInvocationInput,
  client: DurableExecutionClient,
  { apiErrorCodes }: Pick<EngineConfig, 'apiErrorCodes'> = {},
): ExecutionState {
  const state = new ExecutionState();
  try {
    const { operations, marker } = readInitialState(event);
    state.merge(operations);
    if (marker !== undefined) {
      const { DurableExecutionArn: durableExecutionArn, CheckpointToken: checkpointToken } = event;
      const limits = new CallLimits(apiErrorCodes);
      const pages = { client, durableExecutionArn, checkpointToken, marker, limits };
      state.completeBy(new StateReading(state, pages));
    }
  } catch (error) {
    state.completeBy({ done: Promise.reject(UnreadableStateError.ofEvent(error)) });
  }
  return state;
}
