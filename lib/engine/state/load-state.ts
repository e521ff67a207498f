import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { STATE_PAGE_ITEMS } from '../../wire/limits.js';
import { readInitialState, readStatePage } from '../../wire/read-answers.js';
import { UnreadableAnswerError } from '../../wire/unreadable-answer.js';
import { CallLimits } from '../border/call-limits.js';
import type { EngineConfig } from '../engine-config.js';
import { GetExecutionStateError } from '../errors/get-execution-state-error.js';
import { UnreadableStateError } from '../errors/unreadable-state-error.js';
import { ExecutionState } from './execution-state.js';

export interface StatePages {
  client: DurableExecutionClient;
  durableExecutionArn: string;
  checkpointToken: string;
  /** Where to go on. */
  marker: string;
  limits: CallLimits;
}

/** Reads pages to the last one, merging each. @throws {GetExecutionStateError} when a page cannot be read */
export async function readStatePages(state: ExecutionState, pages: StatePages): Promise<void> {
  const seen = new Set<string>();
  let marker: string | undefined = pages.marker;
  try {
    while (marker !== undefined) {
      assertNew(marker, seen);
      const page = readStatePage(await readPage(pages, marker));
      state.merge(page.operations);
      marker = page.marker;
    }
  } catch (error) {
    // Also for an answer of which nothing can be made: what is missing is state, whoever waits for it.
    throw GetExecutionStateError.fromException(error, pages.limits.apiErrorCodes);
  }
}

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
      state.completeBy(readStatePages(state, { client, durableExecutionArn, checkpointToken, marker, limits }));
    }
  } catch (error) {
    state.completeBy(Promise.reject(UnreadableStateError.ofEvent(error)));
  }
  return state;
}

/** Pages that go round in a circle would be read for ever. */
function assertNew(marker: string, seen: Set<string>): void {
  if (seen.has(marker)) throw new UnreadableAnswerError('GetDurableExecutionState has given the same marker twice.');
  seen.add(marker);
}

function readPage({ client, limits, ...pages }: StatePages, marker: string) {
  const request = {
    DurableExecutionArn: pages.durableExecutionArn,
    CheckpointToken: pages.checkpointToken,
    Marker: marker,
    MaxItems: STATE_PAGE_ITEMS,
  };
  return client.getExecutionState(request, undefined, limits);
}
