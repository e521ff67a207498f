import { openTelemetry } from './open-telemetry.js';

/**
 * The plugin that `DURABLE_EXECUTION_PLUGINS=nestjs-durable-execution/otel` loads: `openTelemetry()` with its defaults.
 */
export const durableExecutionPluginProvider = openTelemetry();
