import type { OperationAction, OperationUpdate } from '../../../wire/operation.js';
import type { Draft } from '../draft.js';
import type { OperationRecord } from '../execution-state.js';

/** Applies one update to a draft; throws when the state of the operation does not allow it. */
export type ApplyUpdate = (draft: Draft, update: OperationUpdate, existing: OperationRecord | undefined) => void;

/** The allowed actions of one type of operation. */
export type ActionTable = Readonly<Partial<Record<OperationAction, ApplyUpdate>>>;
