import type { StepConfig } from '../../engine/operations/step-config.js';
import type { OptionTypes } from '../errors/assert-options.js';

/** The step itself checks the other values when it is called. */
export const STEP_OPTIONS: OptionTypes<StepConfig<unknown>> = {
  countInterruptedAttempts: 'boolean',
  errors: 'array',
  idempotent: 'boolean',
  retryStrategy: '',
  semantics: '',
  serdes: '',
  subType: '',
  timeout: '',
};
