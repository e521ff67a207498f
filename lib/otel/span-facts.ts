import { type Attributes, type Exception, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { InvocationEndInfo, OperationInfo } from '../engine/invocation/plugins/plugin.js';

/** The name of an operation in spans and messages. */
export function nameOf({ name, type }: OperationInfo): string {
  return name ?? type;
}

/** The attributes of each span of an operation or of its attempts. */
export function identityOf({ id, type, name, subType }: OperationInfo): Attributes {
  return {
    'durable.operation.id': id,
    'durable.operation.type': type,
    ...(name !== undefined && { 'durable.operation.name': name }),
    ...(subType !== undefined && { 'durable.operation.subtype': subType }),
  };
}

/** The further attributes of a completed operation's span; only operations with attempts have a number of them. */
export function endOf({ type, status, attempt }: OperationInfo): Attributes {
  return {
    ...(status !== undefined && { 'durable.operation.status': status }),
    ...(type === 'STEP' && attempt !== undefined && { 'durable.attempt.number': attempt }),
  };
}

/** An operation that failed without an error leaves its span unset: its owner decides whether that is an error. */
export function setStatusOf(span: Span, { status, error }: OperationInfo): void {
  if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  else if (status === 'SUCCEEDED') span.setStatus({ code: SpanStatusCode.OK });
}

export function judgeInvocation(span: Span, { status, executionError }: InvocationEndInfo): void {
  if (status === 'SUCCEEDED' || status === 'PENDING') span.setStatus({ code: SpanStatusCode.OK });
  else if (status === 'FAILED') span.setStatus({ code: SpanStatusCode.ERROR, message: executionError?.message });
}

/** An error under its recorded name: an error that is rebuilt from a record has the original as its cause. */
export function exceptionOf(error: Error): Exception {
  const { message, stack, cause } = error;
  return { name: cause instanceof Error ? cause.name : error.name, message, ...(stack !== undefined && { stack }) };
}
