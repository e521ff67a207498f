import { brand } from '../../../wire/error-brand.js';
import { ExecutionError } from '../../base/errors/execution-error.js';

/** A plugin that `DURABLE_EXECUTION_PLUGINS` names could not be loaded; the execution fails. */
export class PluginLoadError extends ExecutionError {
  static {
    brand(this, 'PluginLoadError', 'PLUGIN_LOAD_FAILED');
  }

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, terminationReason: 'CONFIG_VALIDATION' });
  }
}
