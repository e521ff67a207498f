import { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { brand } from '../../../wire/error-brand.js';
import type { TerminationReason } from './termination-reason.js';

export interface UnrecoverableErrorOptions {
  cause?: unknown;
  terminationReason: TerminationReason;
}

/** Base of the errors that end an invocation: its subclasses say whether the execution ends too. */
export abstract class UnrecoverableError extends DurableExecutionsError {
  readonly terminationReason: TerminationReason;

  static {
    brand(this, 'UnrecoverableError', 'UNRECOVERABLE');
  }

  constructor(message: string, { cause, terminationReason }: UnrecoverableErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.terminationReason = terminationReason;
  }
}
