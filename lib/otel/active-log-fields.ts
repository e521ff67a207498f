import { context, trace, TraceFlags } from '@opentelemetry/api';

/** Where loggers of this package ask for what is added to a line; the name is theirs too. */
const AMBIENT = Symbol.for('nestjs-durable-execution:ambient-log-fields');

/** The ids of the active span, by the names of the official plugins. */
export function activeLogFields(): Record<string, string | boolean> | undefined {
  const active = trace.getSpanContext(context.active());
  if (!active) return undefined;
  const { traceId, spanId, traceFlags } = active;
  return { traceId, spanId, otelTraceSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
}

/** Adds them also to lines that are written outside of executions: all of a process have the same active span. */
export function addToAllLines(): void {
  (globalThis as { [AMBIENT]?: typeof activeLogFields })[AMBIENT] = activeLogFields;
}
