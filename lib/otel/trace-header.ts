import { isSpanContextValid, type SpanContext, TraceFlags } from '@opentelemetry/api';

/**
 * A span in the form that AWS propagates: the X-Ray form of its trace id is the W3C one with the first eight digits
 * separated.
 */
export function traceHeaderOf(span: SpanContext): string | undefined {
  if (!isSpanContextValid(span)) return undefined;
  const { traceId, spanId, traceFlags } = span;
  const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0 ? '1' : '0';
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${sampled}`;
}
