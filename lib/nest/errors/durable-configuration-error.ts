import { DurableExecutionsError } from '../../wire/durable-executions-error.js';
import { brand } from '../../wire/error-brand.js';

/** The configuration of the application is wrong; the message names the place and the remedy. */
export class DurableConfigurationError extends DurableExecutionsError {
  static {
    brand(this, 'DurableConfigurationError', 'DURABLE_CONFIGURATION');
  }
}
