import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../wire/envelope.js';
import { STATE_PAGE_ITEMS } from '../../wire/limits.js';
import { asRecords } from '../../wire/operation.js';
import { GetExecutionStateError } from '../errors/get-execution-state-error.js';
import { ExecutionState } from './execution-state.js';

export interface StatePages {
  client: DurableExecutionClient;
  durableExecutionArn: string;
  checkpointToken: string;
  /** Where to go on; nothing is read when it is absent or empty. */
  marker: string | null | undefined;
}

/** Reads pages to the last one, merging each. @throws {GetExecutionStateError} when a page cannot be read */
export async function readStatePages(state: ExecutionState, pages: StatePages): Promise<void> {
  let { marker } = pages;
  try {
    while (marker) {
      const page = await readPage(pages, marker);
      state.merge(asRecords(page.Operations));
      marker = page.NextMarker;
    }
  } catch (error) {
    // Also for an answer of which nothing can be made: what is missing is state, whoever waits for it.
    throw GetExecutionStateError.fromException(error);
  }
}

/** The state with which an invocation starts: what the event brings, and the pages behind it, which are read meanwhile. */
export function openState(event: DurableExecutionInvocationInput, client: DurableExecutionClient): ExecutionState {
  const state = new ExecutionState();
  const { Operations, NextMarker: marker } = event.InitialExecutionState ?? {};
  state.merge(Operations);
  if (marker) {
    const { DurableExecutionArn: durableExecutionArn, CheckpointToken: checkpointToken } = event;
    state.completeBy(readStatePages(state, { client, durableExecutionArn, checkpointToken, marker }));
  }
  return state;
}

function readPage(pages: StatePages, marker: string) {
  return pages.client.getExecutionState({
    DurableExecutionArn: pages.durableExecutionArn,
    CheckpointToken: pages.checkpointToken,
    Marker: marker,
    MaxItems: STATE_PAGE_ITEMS,
  });
}
