import { messageOf } from '../../../wire/thrown.js';
import { brand } from '../../../wire/error-brand.js';
import { ExecutionError } from './execution-error.js';

/**
 * The durable API cannot be called: the package for it was not deployed with the function, or its client or endpoint is none. No
 * user code has run: a new execution fails, a running one waits for a corrected deployment.
 */
export class TransportLoadError extends ExecutionError {
  static {
    brand(this, 'TransportLoadError', 'TRANSPORT_LOAD_FAILED');
  }

  /** @param cause - what is missing or wrong, and what to do */
  constructor(cause: unknown) {
    super(messageOf(cause), { cause, terminationReason: 'CONFIG_VALIDATION' });
  }
}
