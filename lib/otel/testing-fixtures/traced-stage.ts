import { SpanStatusCode } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import { openTelemetry } from '../open-telemetry.js';
import type { OpenTelemetryOptions } from '../open-telemetry-options.js';

export interface TracedStageOptions extends OpenTelemetryOptions {
  sampler?: Sampler;
  lambdaContext?: Partial<LambdaContext>;
  config?: EngineConfig;
}

/** An execution that is traced into memory. */
export class TracedStage extends Stage {
  readonly #exporter: InMemorySpanExporter;
  readonly provider: BasicTracerProvider;

  constructor(handler: Handler, { sampler, lambdaContext, config, ...options }: TracedStageOptions = {}) {
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [new SimpleSpanProcessor(exporter)];
    const provider = new BasicTracerProvider({ spanProcessors, ...(sampler && { sampler }) });
    super(handler, {
      config: { ...config, plugins: [openTelemetry({ tracerProvider: provider, ...options })] },
      ...(lambdaContext && { lambdaContext }),
    });
    this.#exporter = exporter;
    this.provider = provider;
  }

  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  span(name: string): ReadableSpan {
    const found = this.spans.filter((span) => span.name === name);
    if (found.length !== 1) throw new Error(`${found.length} spans are called ${name}: ${this.tree.join('\n')}`);
    return found[0]!;
  }

  /** Every span as `parent > name STATUS`, in the order in which they ended. */
  get tree(): string[] {
    const names = new Map(this.spans.map((span) => [span.spanContext().spanId, span.name]));
    return this.spans.map(({ name, status, parentSpanContext }) => {
      const parent = parentSpanContext && `${names.get(parentSpanContext.spanId) ?? '?'} > `;
      return `${parent ?? ''}${name} ${SpanStatusCode[status.code]}`;
    });
  }

  /** The name of a span's parent; `?` if the parent was not emitted. */
  parentNameOf({ parentSpanContext }: ReadableSpan): string | undefined {
    if (!parentSpanContext) return undefined;
    return this.spans.find((span) => idOf(span) === parentSpanContext.spanId)?.name ?? '?';
  }

  /** The names of the spans to which a span links. */
  linksOf(span: ReadableSpan): string[] {
    return span.links.map(({ context }) => {
      const linked = this.spans.find((other) => other.spanContext().spanId === context.spanId);
      return linked?.name ?? '?';
    });
  }
}

export const idOf = (span: ReadableSpan): string => span.spanContext().spanId;
export const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;
