import type { StepConfig } from '../../engine/operations/step-config.js';
import type { OptionTypes } from '../errors/assert-options.js';

/** The step itself checks the values; it may be given options of another version. */
export const STEP_OPTIONS: OptionTypes<StepConfig<unknown>> = {
  countInterruptedAttempts: '',
  errors: 'array',
  idempotent: '',
  retryStrategy: '',
  semantics: '',
  serdes: '',
  subType: '',
  timeout: '',
};
