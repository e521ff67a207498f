// Loaded before the function's code: `NODE_OPTIONS=--import=./register-tracing.mjs`. Where spans go and what they are
// called stands in the environment: OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_SERVICE_NAME.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

new NodeTracerProvider({
  resource: defaultResource().merge(detectResources({ detectors: [envDetector] })),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
}).register();
