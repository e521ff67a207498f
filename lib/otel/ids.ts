import { createHash } from 'node:crypto';

/**
 * The facts from which the ids of a trace are derived: all invocations know them, and so do the plugins of other
 * languages.
 */
export interface TracedExecution {
  readonly executionArn: string;
  /** As the service reports it: a local clock would create another trace for each invocation. */
  readonly executionStartTimestamp?: Date | undefined;
}

const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

/** The trace of an execution that does not continue one. */
export function deriveTraceId({ executionArn, executionStartTimestamp }: TracedExecution): string {
  const start = executionStartTimestamp && `:${executionStartTimestamp.toISOString()}`;
  return digits(`${executionArn}${start ?? ''}`, TRACE_ID_DIGITS);
}

/** The span of the whole execution. */
export function deriveWorkflowSpanId(executionArn: string): string {
  return digits(`workflow:${executionArn}`, SPAN_ID_DIGITS);
}

/** The parent span of an execution that no other span has started. */
export function deriveExecutionRootSpanId(executionArn: string): string {
  return digits(`execution-root:${executionArn}`, SPAN_ID_DIGITS);
}

/** @param operationId - the id in the service's records */
export function deriveOperationSpanId(executionArn: string, operationId: string): string {
  return digits(`${executionArn}:${operationId}`, SPAN_ID_DIGITS);
}

/** An attempt of a step or of a condition's check, from 1. */
export function deriveAttemptSpanId(executionArn: string, operationId: string, attempt: number): string {
  return digits(`${executionArn}:${operationId}:attempt:${attempt}`, SPAN_ID_DIGITS);
}

function digits(text: string, count: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, count);
}
