import { DurableApiErrorCategory } from './durable-api-error-category.js';
import { brand } from '../../../wire/error-brand.js';
import { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { asRecord } from '../../../wire/thrown.js';

/** How far the failure of a custom client reaches: the words of the classification itself. */
export const DurableExecutionClientErrorScope = DurableApiErrorCategory;
export type DurableExecutionClientErrorScope = DurableApiErrorCategory;

export interface DurableExecutionClientErrorOptions {
  /** @defaultValue INVOCATION: guessing so costs a retry, guessing EXECUTION would kill a healthy execution */
  scope?: DurableExecutionClientErrorScope;
  cause?: unknown;
}

/**
 * Thrown by a custom `DurableExecutionClient` to state itself how far its failure reaches.
 *
 * @example
 * ```ts
 * throw new DurableExecutionClientError('The gateway refused the call.', { scope: 'EXECUTION', cause });
 * ```
 * @see docs/protocol.md#the-rule-table: what the client states beats every other rule
 */
export class DurableExecutionClientError extends DurableExecutionsError {
  /** The marker the classification looks for, as in the official SDK. */
  readonly isDurableExecutionClientError = true;
  readonly scope: DurableExecutionClientErrorScope;

  static {
    brand(this, 'DurableExecutionClientError', 'DURABLE_CLIENT_ERROR');
  }

  constructor(message: string, { scope = 'INVOCATION', cause }: DurableExecutionClientErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.scope = scope;
  }
}

/** Whether an error states its scope itself; by property, since clients are often bundled apart from this package. */
export function isDurableExecutionClientError(error: unknown): error is DurableExecutionClientError {
  return asRecord(error).isDurableExecutionClientError === true;
}
