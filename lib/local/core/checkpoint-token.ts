import { STALE_TOKEN_MESSAGE } from '../../wire/error-codes.js';
import type { Draft } from './draft.js';
import type { ExecutionState } from './execution-state.js';
import { isOpen } from './execution-state.js';
import { invalidParameter } from './service-error.js';

/** Gives the running invocation its next token, which makes every older one stale. */
export function mintToken({ before, progress, env }: Draft): string {
  const parts = [before.start.id, progress.invocation, progress.sequence, env.newId()];
  progress.token = Buffer.from(parts.join('|')).toString('base64');
  return progress.token;
}

/** @throws {ServiceError} when the token may not act on this execution now */
export function verifyToken(state: ExecutionState, token: string): void {
  if (isOpen(state) && state.progress.token === token) return;
  throw isOfAnotherExecution(state, token) ? tokenOfAnotherExecution() : staleToken();
}

export function staleToken(): Error {
  return invalidParameter(STALE_TOKEN_MESSAGE);
}

function tokenOfAnotherExecution(): Error {
  return invalidParameter('Checkpoint token is not valid for the durable execution ARN');
}

function isOfAnotherExecution({ start }: ExecutionState, token: string): boolean {
  const parts = Buffer.from(token, 'base64').toString().split('|');
  return parts.length === 4 && parts[0] !== start.id;
}
