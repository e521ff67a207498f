import { isSpanContextValid, isValidSpanId, isValidTraceId, TraceFlags } from '@opentelemetry/api';
import type { InvocationInfo } from '../engine/invocation/plugins/plugin.js';

/** What an execution continues: the trace of its caller. */
export interface UpstreamContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits; absent if only the trace is known. */
  readonly parentSpanId?: string;
  readonly traceFlags?: number;
  /** @defaultValue the decision in `traceFlags`; undecided without them */
  readonly sampling?: 'SAMPLED' | 'NOT_SAMPLED' | 'UNDECIDED';
}

/**
 * Determines what an execution continues; called once for each invocation. If it throws, the result counts as nothing.
 */
export type ContextExtractor = (info: InvocationInfo) => UpstreamContext | undefined;

const ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i;

/**
 * Continues the trace header of AWS X-Ray, which the service passes to every invocation of an execution alike: the
 * header of the invocation if Lambda passes one with it, else `_X_AMZN_TRACE_ID`.
 */
export const xRayContext: ContextExtractor = ({ xRayTraceId }) => {
  const members = membersOf(xRayTraceId ?? process.env._X_AMZN_TRACE_ID ?? '');
  const [, seconds, random] = ROOT.exec(members.get('Root') ?? '') ?? [];
  const traceId = `${seconds}${random}`.toLowerCase();
  if (seconds === undefined || !isValidTraceId(traceId)) return undefined;
  const parentSpanId = members.get('Parent')?.toLowerCase();
  return {
    traceId,
    ...(parentSpanId !== undefined && isValidSpanId(parentSpanId) && { parentSpanId }),
    sampling: SAMPLING[members.get('Sampled') ?? ''] ?? 'UNDECIDED',
  };
};

const SAMPLING: Readonly<Record<string, UpstreamContext['sampling']>> = { '0': 'NOT_SAMPLED', '1': 'SAMPLED' };

function membersOf(header: string): Map<string, string> {
  const members = header.split(';').map((member) => member.trim().split('='));
  return new Map(members.map(([key = '', value = '']) => [key, value]));
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/i;

/** Continues the W3C `traceparent` that the caller put into the `custom` part of Lambda's client context. */
export const w3cClientContext: ContextExtractor = ({ context }) => {
  const { traceparent } = (context?.clientContext?.custom ?? {}) as { traceparent?: unknown };
  const [, trace = '', span = '', flags = ''] = TRACEPARENT.exec(String(traceparent).trim()) ?? [];
  const traceId = trace.toLowerCase();
  const parentSpanId = span.toLowerCase();
  const traceFlags = Number.parseInt(flags, 16);
  if (!isSpanContextValid({ traceId, spanId: parentSpanId, traceFlags })) return undefined;
  return { traceId, parentSpanId, sampling: traceFlags & TraceFlags.SAMPLED ? 'SAMPLED' : 'NOT_SAMPLED' };
};

/** The sampling decision of the caller; undefined if it made none. */
export function decisionOf({ sampling, traceFlags }: UpstreamContext): boolean | undefined {
  if (sampling === 'SAMPLED') return true;
  if (sampling === 'NOT_SAMPLED') return false;
  if (sampling === 'UNDECIDED' || traceFlags === undefined) return undefined;
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
