import { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { brand } from '../../../wire/error-brand.js';

/**
 * A value can never be saved: JSON cannot hold it, or it is too large. The operation that it belongs to fails, with this
 * name as `cause.name`; its body does not run again for it.
 *
 * A serdes of your own may throw it for a value that it will never be able to convert. Whatever else a serdes throws ends
 * the invocation, which is tried again.
 */
export class UnsavableValueError extends DurableExecutionsError {
  static {
    brand(this, 'UnsavableValueError', 'VALUE_UNSAVABLE');
  }

  /** The same error, which says where the value belongs. @param what - such as `The result of Step "charge"` */
  static of(what: string, { message, cause }: UnsavableValueError): UnsavableValueError {
    return new UnsavableValueError(`${what} cannot be saved. ${message}`, { cause });
  }
}
