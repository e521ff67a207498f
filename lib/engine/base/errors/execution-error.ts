import { brand } from '../../../wire/error-brand.js';
import type { TerminationReason } from './termination-reason.js';
import { UnrecoverableError } from './unrecoverable-error.js';

export interface ExecutionErrorOptions {
  cause?: unknown;
  /** Text beside the message, as `ErrorData`, for programs to read. */
  errorData?: string;
  /** @defaultValue EXECUTION_ERROR */
  terminationReason?: TerminationReason;
}

/**
 * Thrown to fail the whole execution immediately: no retry strategy, no re-invocation.
 *
 * The execution is recorded as FAILED with this error's name, message and `errorData`; nothing replays afterwards.
 *
 * @example
 * ```ts
 * throw new ExecutionError('The order was cancelled by the customer.', { errorData: orderId });
 * ```
 * @see docs/protocol.md#failures-of-the-durable-api
 */
export class ExecutionError extends UnrecoverableError {
  readonly errorData?: string;

  static {
    brand(this, 'ExecutionError', 'EXECUTION_FAILED');
  }

  constructor(message: string, options: ExecutionErrorOptions = {}) {
    const { cause, errorData, terminationReason = 'EXECUTION_ERROR' } = options;
    super(message, { cause, terminationReason });
    this.errorData = errorData;
  }
}
