import { SpanKind, SpanStatusCode, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** An exported span in the words of the requirements. */
export interface CanonicalSpan {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly service_name: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: ReadonlyArray<{ trace_id: string; span_id: string }>;
  /** In epoch nanoseconds: times a tenth of a millisecond apart are different. */
  readonly start_time: bigint;
  readonly end_time: bigint;
}

export function canonicalSpan(span: ReadableSpan): CanonicalSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    trace_id: traceId,
    span_id: spanId,
    parent_span_id: span.parentSpanContext?.spanId ?? null,
    name: span.name,
    kind: SpanKind[span.kind],
    status: SpanStatusCode[span.status.code],
    service_name: span.resource.attributes['service.name'],
    attributes: span.attributes,
    links: span.links.map(({ context }) => ({ trace_id: context.traceId, span_id: context.spanId })),
    start_time: nanoseconds(span.startTime),
    end_time: nanoseconds(span.endTime),
  };
}

const nanoseconds = ([seconds, nanos]: HrTime): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
