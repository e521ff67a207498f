import type { Draft } from './draft.js';
import { isOpen } from './execution-state.js';
import { conflict } from './service-error.js';

/** The execution is to be forgotten, as soon as nothing of it runs any more. @throws {ServiceError} unless it has ended */
export function deleteExecution(draft: Draft): void {
  const { progress } = draft;
  if (isOpen({ progress }) || progress.status === 'DELETING')
    throw conflict(`A durable execution that is ${progress.status} cannot be deleted.`);
  progress.status = 'DELETING';
  draft.effect({ kind: 'delete' });
}
