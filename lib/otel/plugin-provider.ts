import { openTelemetry } from './open-telemetry.js';

/** What `DURABLE_EXECUTION_PLUGINS=nestjs-durable-execution/otel` takes: `openTelemetry()` as it is by default. */
export const durableExecutionPluginProvider = openTelemetry();
