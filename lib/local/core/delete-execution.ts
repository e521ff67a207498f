import type { Draft } from './draft.js';
import { isOpen } from './execution-state.js';
import { conflict } from './service-error.js';

/** Marks the execution for deletion, as soon as none of its code runs. @throws {ServiceError} unless it has ended */
export function deleteExecution(draft: Draft): void {
  const { progress } = draft;
  if (isOpen({ progress }) || progress.status === 'DELETING')
    throw conflict(`A durable execution that is ${progress.status} cannot be deleted.`);
  progress.status = 'DELETING';
  draft.effect({ kind: 'delete' });
}
