import { context, trace, TraceFlags } from '@opentelemetry/api';

/** The key under which loggers of this package look up additional fields of a line; the loggers define it too. */
const AMBIENT = Symbol.for('nestjs-durable-execution:ambient-log-fields');

/** The ids of the active span, by the names of the official plugins. */
export function activeLogFields(): Record<string, string | boolean> | undefined {
  const active = trace.getSpanContext(context.active());
  if (!active) return undefined;
  const { traceId, spanId, traceFlags } = active;
  return { traceId, spanId, otelTraceSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
}

/**
 * Adds them also to lines that are written outside executions: the active span is the same for all code of a process.
 */
export function addToAllLines(): void {
  (globalThis as { [AMBIENT]?: typeof activeLogFields })[AMBIENT] = activeLogFields;
}
