import { messageOf } from '../../../wire/thrown.js';
import { brand } from '../../../wire/error-brand.js';
import { ExecutionError } from './execution-error.js';

/**
 * The package that calls the durable API was not deployed with the function. No user code has run: a new execution
 * fails, a running one waits for a corrected deployment.
 */
export class TransportLoadError extends ExecutionError {
  static {
    brand(this, 'TransportLoadError', 'TRANSPORT_LOAD_FAILED');
  }

  /** @param cause - what could not be loaded, and what to install */
  constructor(cause: unknown) {
    super(messageOf(cause), { cause, terminationReason: 'CONFIG_VALIDATION' });
  }
}
