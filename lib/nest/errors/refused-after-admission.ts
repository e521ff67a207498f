import { ExecutionError } from '../../engine/adapter.js';
import { brand } from '../../wire/error-brand.js';

/**
 * An execution was admitted and had begun, and a later invocation ended before its method was called: by middleware, a
 * pipe or an interceptor. Its answer is not the result of the execution, which fails.
 */
export class RefusedAfterAdmissionError extends ExecutionError {
  static {
    brand(this, 'RefusedAfterAdmissionError', 'REFUSED_AFTER_ADMISSION');
  }
}
