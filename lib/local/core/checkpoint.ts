import type { OperationUpdate } from '../../wire/operation.js';
import { OperationType } from '../../wire/operation.js';
import { mintToken, verifyToken } from './checkpoint-token.js';
import type { Draft } from './draft.js';
import type { CheckpointAnswer, ExecutionState, OperationRecord } from './execution-state.js';
import { isOpen } from './execution-state.js';
import { actionOf } from './operations/actions.js';
import { takePage } from './page.js';
import { interruptInvocation } from './pause.js';
import { validateBatch } from './validate-batch.js';
import { validateMetadata, validateParent } from './validate-metadata.js';
import { accountPayload } from './validate-payload.js';

export interface CheckpointRequest {
  token: string;
  clientToken?: string | undefined;
  updates: readonly OperationUpdate[];
}

/** Marks the rest of a checkpoint's own response, not a position in the state. */
export const ANSWER_REST_MARKER = 'rest';

/**
 * The response to a call that was accepted before and arrives again: same token, same client token, and nothing
 * accepted since (docs/protocol.md#checkpointdurableexecution).
 */
export function repeatedAnswer(state: ExecutionState, request: CheckpointRequest): CheckpointAnswer | undefined {
  const { remembered, progress } = state;
  if (!remembered || remembered.answer.token !== progress.token) return undefined;
  const isSame = remembered.inboundToken === request.token && remembered.clientToken === request.clientToken;
  return isSame && isOpen(state) ? remembered.answer : undefined;
}

/** Applies a batch as a whole or, by throwing, not at all. */
export function checkpoint(draft: Draft, request: CheckpointRequest): CheckpointAnswer {
  verifyToken(draft.before, request.token);
  validateBatch(request.updates);
  for (const update of request.updates) applyUpdate(draft, update);
  const told = toldChanges(draft);
  const page = takePage(told, draft.env.limits.checkpointAnswerItems, draft.env.limits.pageBytes);
  draft.progress.sequence += 1;
  const answer: CheckpointAnswer = {
    token: nextToken(draft),
    operations: page.records,
    nextMarker: page.rest.length > 0 ? ANSWER_REST_MARKER : undefined,
  };
  draft.remembered = { inboundToken: request.token, clientToken: request.clientToken ?? '', answer };
  draft.answerRest = page.rest;
  return answer;
}

/** The content of a response without a token counts as not delivered: the function ignores it. */
function nextToken(draft: Draft): string | undefined {
  if (draft.progress.endedAtMs !== undefined) return undefined;
  if (draft.progress.status === 'PAUSING') return interruptInvocation(draft);
  draft.tellAll();
  return mintToken(draft);
}

function applyUpdate(draft: Draft, update: OperationUpdate): void {
  const existing = update.Type === OperationType.EXECUTION ? undefined : draft.find(update.Id);
  const action = actionOf(update);
  if (update.Type !== OperationType.EXECUTION) {
    validateParent(draft, update);
    if (existing) validateMetadata(existing.operation, update);
  }
  accountPayload(draft, update);
  action(draft, update, existing);
}

function toldChanges(draft: Draft): OperationRecord[] {
  const ids = new Set([...draft.before.untold, ...draft.changed.keys()]);
  const told = [...ids].map((id) => draft.find(id) as OperationRecord);
  return told.sort((left, right) => left.index - right.index);
}
