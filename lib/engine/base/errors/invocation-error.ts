import { brand } from '../../../wire/error-brand.js';
import type { TerminationReason } from './termination-reason.js';
import { UnrecoverableError } from './unrecoverable-error.js';

export interface InvocationErrorOptions {
  cause?: unknown;
  /** @defaultValue INVOCATION_ERROR */
  terminationReason?: TerminationReason;
}

/**
 * Thrown to end this invocation only: Lambda sees a function error and invokes again, and the code replays.
 *
 * Nothing is recorded for the operation that was running, so no retry strategy counts the attempt.
 *
 * @example
 * ```ts
 * throw new InvocationError('The secrets cache of this sandbox is broken.', { cause });
 * ```
 * Lambda repeats failed invocations with growing delays, until one succeeds or the execution times out.
 * @see docs/protocol.md#failed-invocations
 */
export class InvocationError extends UnrecoverableError {
  static {
    brand(this, 'InvocationError', 'INVOCATION_FAILED');
  }

  constructor(message: string, options: InvocationErrorOptions = {}) {
    const { cause, terminationReason = 'INVOCATION_ERROR' } = options;
    super(message, { cause, terminationReason });
  }

  /** Whether a new invocation may succeed: then the error is thrown to Lambda, otherwise the execution fails. */
  isRetryable(): boolean {
    return true;
  }

  /** The same question in the other spelling. */
  isRetriable(): boolean {
    return this.isRetryable();
  }
}
