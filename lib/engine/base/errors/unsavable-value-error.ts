import { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { brand } from '../../../wire/error-brand.js';

/**
 * A value can never be saved: JSON cannot hold it, or it is too large. Its operation fails, with this name as
 * `cause.name`; its body does not run again.
 *
 * Your own serdes may throw it for a value that it will never be able to convert. Any other error of a serdes ends the
 * invocation, which is retried.
 */
export class UnsavableValueError extends DurableExecutionsError {
  static {
    brand(this, 'UnsavableValueError', 'VALUE_UNSAVABLE');
  }

  /** The same error, with the place of the value. @param what - such as `The result of Step "charge"` */
  static of(what: string, { message, cause }: UnsavableValueError): UnsavableValueError {
    return new UnsavableValueError(`${what} cannot be saved. ${message}`, { cause });
  }
}
