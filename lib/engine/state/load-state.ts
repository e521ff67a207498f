import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { readInitialState } from '../../wire/read-answers.js';
import { CallLimits } from '../invocation/deadline/call-limits.js';
import { StateReading } from '../invocation/deadline/state-reading.js';
import type { EngineConfig } from '../invocation/engine-config.js';
import { UnreadableStateError } from '../base/errors/unreadable-state-error.js';
import { ExecutionState } from './execution-state.js';

/**
 * The state at the start of an invocation: the page in the event, and the further pages, which are read meanwhile. It
 * never throws: for an event without a readable state, the completion rejects with an {@link UnreadableStateError}.
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
