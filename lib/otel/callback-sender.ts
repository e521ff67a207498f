import { isSpanContextValid, type Link, type SpanContext } from '@opentelemetry/api';
import type { OperationEndInfo } from '../engine/invocation/plugins/plugin.js';
import { readCallback, withTraceparent } from '../wire/callback-value.js';
import { OPERATION_PAYLOAD_BYTES } from '../wire/limits.js';

/** The input that completes a callback, as the AWS client accepts it. */
export interface CallbackInput {
  Result?: Uint8Array;
  Error?: { ErrorType?: string; ErrorMessage?: string; ErrorData?: string; StackTrace?: string[] };
}

const SUCCESS = 'SendDurableExecutionCallbackSuccessCommand';
const FAILURE = 'SendDurableExecutionCallbackFailureCommand';

/** The form in which a line of a stack names the sender of a failure. */
const STACK_LINE = /^ {4}at traceparent \((.*)\)$/;

/**
 * The input of an AWS command, with the span of the sender if the command completes a callback. Unchanged are inputs
 * that would become too large, that are not text, or that have no content.
 */
export function withSender<Input extends CallbackInput>(input: Input, command: unknown, span: SpanContext): Input {
  const { Result, Error: error } = input;
  if (command === SUCCESS && Result && Result.length > 0) return { ...input, Result: tracedResult(Result, span) };
  const saysAnything = Object.values(error ?? {}).some((detail) => detail !== undefined);
  if (command !== FAILURE || !error || !saysAnything) return input;
  const StackTrace = [...(error.StackTrace ?? []), `    at traceparent (${traceparentOf(span)})`];
  return { ...input, Error: { ...error, StackTrace } };
}

/** The link from a callback to the sender that completed it, if the sender's span is known. */
export function linkToSender({ type, result, error }: OperationEndInfo): Link[] {
  if (type !== 'CALLBACK') return [];
  const { stackTrace } = (error ?? {}) as { stackTrace?: string[] };
  const traceparent = readCallback(result).traceparent ?? STACK_LINE.exec(String(stackTrace?.at(-1)))?.[1];
  const [, traceId = '', spanId = '', flags = ''] = traceparent?.split('-') ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? [{ context }] : [];
}

function tracedResult(bytes: Uint8Array, span: SpanContext): Uint8Array {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const traced = new TextEncoder().encode(withTraceparent(text, traceparentOf(span)));
    return traced.length <= OPERATION_PAYLOAD_BYTES ? traced : bytes;
  } catch {
    return bytes;
  }
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}
