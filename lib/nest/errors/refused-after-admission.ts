import { ExecutionError } from '../../engine/adapter.js';
import { brand } from '../../wire/error-brand.js';

/**
 * An admitted execution was ended by a later invocation before its method was called: by middleware, a pipe or an
 * interceptor. Its response is not the result of the execution, which fails.
 */
export class RefusedAfterAdmissionError extends ExecutionError {
  static {
    brand(this, 'RefusedAfterAdmissionError', 'REFUSED_AFTER_ADMISSION');
  }
}
