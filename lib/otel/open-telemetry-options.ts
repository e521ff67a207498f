import type { TracerProvider } from '@opentelemetry/api';
import { type ContextExtractor, xRayContext } from './context-extractors.js';
import { DEFAULT_FLUSH_TIMEOUT_MS } from './flush.js';

/** `execution`: one span for each operation, over its whole life. `invocation`: one for each operation and invocation. */
export type TraceView = 'execution' | 'invocation';

export interface OpenTelemetryOptions {
  /**
   * `execution` emits each operation once, when it completes, with the times that the service recorded: a wait of three
   * days is one span of three days. `invocation` emits what every invocation did, below its own span, also if an
   * operation continues in a later invocation.
   * @defaultValue 'execution'
   */
  view?: TraceView;
  /**
   * A provider of an OpenTelemetry SDK, with its exporter and sampler. @defaultValue the one that is registered
   * globally
   */
  tracerProvider?: TracerProvider;
  /** Which trace an execution continues. @defaultValue {@link xRayContext} */
  contextExtractor?: ContextExtractor;
  /** The instrumentation scope of the spans. @defaultValue 'nestjs-durable-execution' */
  instrumentationName?: string;
  /** @defaultValue 'Workflow' */
  workflowSpanName?: string;
  /** Whether log records get `traceId`, `spanId` and `otelTraceSampled` of the span that is active. @defaultValue true */
  enrichLogger?: boolean;
  /**
   * Links attempts to the attempt before. Links an invocation to the one before, if the same sandbox ran that, or else
   * to the operations whose completion resumed it. When it is off, links are exactly those of the official plugins.
   * @defaultValue false
   */
  linkSuccessors?: boolean;
  /**
   * Whether guards, interceptors and pipes of Nest are spans below the invocation that runs them. The span of an
   * interceptor lasts as long as its stream; a suspension ends it and is not an error. @defaultValue false
   */
  nestStages?: boolean;
  /** The longest that the end of an invocation waits for the exporter, in milliseconds. @defaultValue 5000 */
  flushTimeoutMs?: number;
}

export type TraceSettings = Required<Omit<OpenTelemetryOptions, 'tracerProvider'>> &
  Pick<OpenTelemetryOptions, 'tracerProvider'>;

export function settingsOf(options: OpenTelemetryOptions): TraceSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return {
    view: 'execution',
    contextExtractor: xRayContext,
    instrumentationName: 'nestjs-durable-execution',
    workflowSpanName: 'Workflow',
    enrichLogger: true,
    linkSuccessors: false,
    nestStages: false,
    flushTimeoutMs: DEFAULT_FLUSH_TIMEOUT_MS,
    ...given,
  };
}
