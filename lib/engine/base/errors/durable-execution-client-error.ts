import { DurableApiErrorCategory } from './durable-api-error-category.js';
import { brand } from '../../../wire/error-brand.js';
import { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { asRecord } from '../../../wire/thrown.js';

/** The scope of a custom client's failure: the values of the classification itself. */
export const DurableExecutionClientErrorScope = DurableApiErrorCategory;
export type DurableExecutionClientErrorScope = DurableApiErrorCategory;

export interface DurableExecutionClientErrorOptions {
  /** @defaultValue INVOCATION: a wrong INVOCATION costs a retry, a wrong EXECUTION would kill a healthy execution */
  scope?: DurableExecutionClientErrorScope;
  cause?: unknown;
}

/**
 * Thrown by a custom `DurableExecutionClient` to state the scope of its failure itself.
 *
 * @example
 * ```ts
 * throw new DurableExecutionClientError('The gateway refused the call.', { scope: 'EXECUTION', cause });
 * ```
 * @see docs/protocol.md#the-rule-table: the client's scope overrides every other rule
 */
export class DurableExecutionClientError extends DurableExecutionsError {
  /** The marker that the classification checks, as in the official SDK. */
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

/** Whether an error states its scope itself; checked by property, because clients are often bundled separately. */
export function isDurableExecutionClientError(error: unknown): error is DurableExecutionClientError {
  return asRecord(error).isDurableExecutionClientError === true;
}
