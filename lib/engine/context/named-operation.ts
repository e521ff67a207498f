import type { OperationId } from './operation-id.js';

/** An operation, for messages and log records. */
export interface NamedOperation {
  readonly id: OperationId;
  readonly name: string | undefined;
  readonly subType: string;
  /** Its name in messages. */
  readonly label: string;
}
