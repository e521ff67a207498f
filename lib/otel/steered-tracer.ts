import {
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';

/** The result of a sampler; the API package no longer has its type. */
export interface SamplingResult {
  /** 0: not recorded, 1: recorded but not exported, 2: sampled. */
  readonly decision: number;
}

/**
 * The part of an OpenTelemetry SDK's tracer that is controlled here: both members have had these names in all its
 * versions.
 */
interface SdkTracer extends Tracer {
  _idGenerator: { generateTraceId(): string; generateSpanId(): string };
  _sampler: { shouldSample(context: Context, traceId: string, ...rest: unknown[]): SamplingResult; toString(): string };
}

export interface SteeredSpan {
  readonly name: string;
  /** Its id; generated when absent. */
  readonly spanId?: string | undefined;
  /** Without a parent it is the root of `traceId`. */
  readonly parent?: SpanContext;
  readonly traceId?: string;
  readonly startTime: HrTime;
  readonly attributes: Attributes;
  readonly links?: Link[];
}

const STEERED = Symbol.for('nestjs-durable-execution.otel.steered-tracer');

/**
 * A tracer for which the ids of spans and the sampling decision can be set. OpenTelemetry's API supports neither, so
 * they are passed through the SDK tracer's own id generator and sampler. That tracer belongs only to this plugin's
 * scope: spans of others are not affected.
 */
export class SteeredTracer {
  readonly #tracer: SdkTracer;
  readonly #sampler: SdkTracer['_sampler'];
  #traceId: string | undefined;
  #spanId: string | undefined;
  #sampling: SamplingResult | undefined;

  /** @returns nothing if the provider's tracers are not those of an OpenTelemetry SDK */
  static of(provider: TracerProvider, scope: string): SteeredTracer | undefined {
    const tracer = provider.getTracer(scope) as SdkTracer & { [STEERED]?: SteeredTracer };
    const canBeSteered = typeof tracer._idGenerator?.generateSpanId === 'function' && tracer._sampler !== undefined;
    return canBeSteered ? (tracer[STEERED] ??= new SteeredTracer(tracer)) : undefined;
  }

  private constructor(tracer: SdkTracer) {
    this.#tracer = tracer;
    const { _idGenerator: ids, _sampler: sampler } = tracer;
    this.#sampler = sampler;
    tracer._idGenerator = {
      generateTraceId: () => this.#traceId ?? ids.generateTraceId(),
      generateSpanId: () => this.#spanId ?? ids.generateSpanId(),
    };
    tracer._sampler = {
      shouldSample: (...args) => this.#sampling ?? sampler.shouldSample(...args),
      toString: () => String(sampler),
    };
  }

  /** Asks the configured sampler about a whole trace, as if its first span started. */
  askSampler(traceId: string, name: string, attributes: Attributes): SamplingResult {
    return this.#sampler.shouldSample(ROOT_CONTEXT, traceId, name, SpanKind.INTERNAL, attributes, []);
  }

  /** Starts a span. The SDK does this synchronously, so the settings for this span reach no other. */
  start(span: SteeredSpan, sampling: SamplingResult): Span {
    const { name, traceId, spanId, parent, startTime, attributes, links = [] } = span;
    this.#traceId = traceId;
    this.#spanId = spanId;
    this.#sampling = sampling;
    try {
      const options = { kind: SpanKind.INTERNAL, startTime, attributes, links };
      return this.#tracer.startSpan(name, options, parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT);
    } finally {
      this.#traceId = undefined;
      this.#spanId = undefined;
      this.#sampling = undefined;
    }
  }
}
