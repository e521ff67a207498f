import { brand } from '../../../wire/error-brand.js';
import { InvocationError } from './invocation-error.js';

/**
 * The class of a recorded error is not registered in this process: code that catches the error would take another path
 * than on the first run. The invocation is retried, so that a deployment with the class can continue the execution.
 */
export class ErrorClassMissingError extends InvocationError {
  static {
    brand(this, 'ErrorClassMissingError', 'ERROR_CLASS_MISSING');
  }

  constructor(name: string) {
    super(
      `An operation has failed with an error that was recorded as "${name}", but no class is registered by this name. Load ` +
        `the file that says @DurableError('${name}') at start, and keep the class for as long as executions may replay it.`,
    );
  }
}
