import { type Attributes, type Exception, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { InvocationEndInfo, OperationInfo } from '../engine/invocation/plugins/plugin.js';

/** How spans and messages name an operation. */
export function nameOf({ name, type }: OperationInfo): string {
  return name ?? type;
}

/** What each span of an operation or of its attempts says. */
export function identityOf({ id, type, name, subType }: OperationInfo): Attributes {
  return {
    'durable.operation.id': id,
    'durable.operation.type': type,
    ...(name !== undefined && { 'durable.operation.name': name }),
    ...(subType !== undefined && { 'durable.operation.subtype': subType }),
  };
}

/** What the span of an operation that has ended says beside that; only what runs in attempts has a number of them. */
export function endOf({ type, status, attempt }: OperationInfo): Attributes {
  return {
    ...(status !== undefined && { 'durable.operation.status': status }),
    ...(type === 'STEP' && attempt !== undefined && { 'durable.attempt.number': attempt }),
  };
}

/** An operation that failed without saying why leaves its span unset: whether that is an error, its owner decides. */
export function judge(span: Span, { status, error }: OperationInfo): void {
  if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  else if (status === 'SUCCEEDED') span.setStatus({ code: SpanStatusCode.OK });
}

export function judgeInvocation(span: Span, { status, executionError }: InvocationEndInfo): void {
  if (status === 'SUCCEEDED' || status === 'PENDING') span.setStatus({ code: SpanStatusCode.OK });
  else if (status === 'FAILED') span.setStatus({ code: SpanStatusCode.ERROR, message: executionError?.message });
}

/** An error by the name under which it was recorded: what is rebuilt from a record carries it as its cause. */
export function exceptionOf(error: Error): Exception {
  const { message, stack, cause } = error;
  return { name: cause instanceof Error ? cause.name : error.name, message, ...(stack !== undefined && { stack }) };
}
