import { SpanStatusCode } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';
import { NodeTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { tellWorld } from './use-case.js';

const exporter: SpanExporter = {
  export: (spans, done) => {
    for (const { name, status } of spans) {
      tellWorld(`span ${name} ${status.code === SpanStatusCode.ERROR ? 'broken' : 'fine'}`);
    }
    done({ code: 0 });
  },
  shutdown: async () => undefined,
};

/** Before Nest is loaded, or there is nothing to instrument. */
const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
tracerProvider.register();
registerInstrumentations({ tracerProvider, instrumentations: [new NestInstrumentation()] });
