export { openTelemetry } from './open-telemetry.js';
export { openTelemetryMetrics } from './open-telemetry-metrics.js';
export type { OpenTelemetryMetricsOptions } from './open-telemetry-metrics.js';
export type { OpenTelemetryOptions, TraceView } from './open-telemetry-options.js';
export { w3cClientContext, xRayContext } from './context-extractors.js';
export type { ContextExtractor, UpstreamContext } from './context-extractors.js';
export {
  deriveAttemptSpanId,
  deriveExecutionRootSpanId,
  deriveOperationSpanId,
  deriveTraceId,
  deriveWorkflowSpanId,
} from './ids.js';
export type { TracedExecution } from './ids.js';
export { traceLambdaClient } from './trace-lambda-client.js';
export type { ClientWithMiddleware, TraceLambdaClientOptions } from './trace-lambda-client.js';
export { durableExecutionPluginProvider } from './plugin-provider.js';
