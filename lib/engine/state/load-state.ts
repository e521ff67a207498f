import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { STATE_PAGE_ITEMS } from '../../wire/limits.js';
import { readInitialState, readStatePage } from '../../wire/read-answers.js';
import { UnreadableAnswerError } from '../../wire/unreadable-answer.js';
import { GetExecutionStateError } from '../errors/get-execution-state-error.js';
import { UnreadableStateError } from '../errors/unreadable-state-error.js';
import { ExecutionState } from './execution-state.js';

export interface StatePages {
  client: DurableExecutionClient;
  durableExecutionArn: string;
  checkpointToken: string;
  /** Where to go on. */
  marker: string;
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
    throw GetExecutionStateError.fromException(error);
  }
}

/**
 * The state with which an invocation starts: what the event brings, and the pages behind it, which are read meanwhile.
 * It never throws: of an event that brings no readable state, the completion rejects with an {@link UnreadableStateError}.
 */
export function openState(event: DurableExecutionInvocationInput, client: DurableExecutionClient): ExecutionState {
  const state = new ExecutionState();
  try {
    const { operations, marker } = readInitialState(event);
    state.merge(operations);
    if (marker !== undefined) {
      const { DurableExecutionArn: durableExecutionArn, CheckpointToken: checkpointToken } = event;
      state.completeBy(readStatePages(state, { client, durableExecutionArn, checkpointToken, marker }));
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

function readPage(pages: StatePages, marker: string) {
  return pages.client.getExecutionState({
    DurableExecutionArn: pages.durableExecutionArn,
    CheckpointToken: pages.checkpointToken,
    Marker: marker,
    MaxItems: STATE_PAGE_ITEMS,
  });
}
