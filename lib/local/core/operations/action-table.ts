import type { OperationAction, OperationUpdate } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import type { OperationRecord } from '../execution-state.js';

/** Carries one update out on a draft; throws when the state of the operation does not allow it. */
export type ApplyUpdate = (draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined) => void;

/** What may be done to one type of operation. */
export type ActionTable = Readonly<Partial<Record<OperationAction, ApplyUpdate>>>;
