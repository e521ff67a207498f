import { messageOf } from '../../../wire/thrown.js';
import { brand } from '../../../wire/error-brand.js';
import { InvocationError } from './invocation-error.js';

const NEXT =
  'Nothing has run. Lambda invokes again; if this persists, quote the request id to AWS Support, or check what invokes ' +
  'the function instead of Lambda.';

/**
 * The invocation has no readable state of the execution: without it the handler would run completed steps again, or run
 * without its input.
 */
export class UnreadableStateError extends InvocationError {
  static {
    brand(this, 'UnreadableStateError', 'STATE_UNREADABLE');
  }

  private constructor(message: string, options: { cause?: unknown } = {}) {
    super(`${message} ${NEXT}`, { ...options, terminationReason: 'STATE_LOAD_FAILED' });
  }

  /** @param cause - what is wrong with the event */
  static ofEvent(cause: unknown): UnreadableStateError {
    return new UnreadableStateError(messageOf(cause), { cause });
  }

  /** Every page has arrived, but none contains the input of the execution. */
  static withoutExecution(): UnreadableStateError {
    return new UnreadableStateError('The state of the execution contains no EXECUTION operation, which has its input.');
  }
}
