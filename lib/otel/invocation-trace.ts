import {
  type Attributes,
  type Context,
  context,
  isValidSpanId,
  isValidTraceId,
  type Link,
  type Span,
  type SpanContext,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import type { InvocationInfo } from '../engine/invocation/plugins/plugin.js';
import { decisionOf, type UpstreamContext } from './context-extractors.js';
import { deriveExecutionRootSpanId, deriveOperationSpanId, deriveTraceId, deriveWorkflowSpanId } from './ids.js';
import { hrTime, InvocationClock } from './invocation-clock.js';
import type { TraceSettings } from './open-telemetry-options.js';
import type { SamplingResult, SteeredTracer } from './steered-tracer.js';

export interface TracedSpan {
  readonly name: string;
  readonly spanId?: string;
  readonly parent: SpanContext;
  /** In epoch milliseconds. */
  readonly startMs: number;
  readonly attributes?: Attributes;
  readonly links?: Link[];
}

const NOT_SAMPLED: SamplingResult = { decision: 0 };
const SAMPLED: SamplingResult = { decision: 2 };

/** The trace of an execution from the view of one invocation: its ids, its parent span, and whether it is sampled. */
export class InvocationTrace {
  readonly arn: string;
  readonly clock = new InvocationClock();
  /** When the execution started, in epoch milliseconds, if the service says so. */
  readonly executionStartMs: number | undefined;
  /** The span of the whole execution, which may end in a later invocation. */
  readonly workflow: SpanContext;
  /** The parent of Workflow and Invocations: the span that started the execution, or a replacement for it. */
  readonly ancestor: SpanContext;
  readonly isSampled: boolean;
  readonly #tracer: SteeredTracer;
  readonly #sampling: SamplingResult;
  readonly #hasUpstreamParent: boolean;

  constructor(info: InvocationInfo, tracer: SteeredTracer, settings: TraceSettings) {
    const { executionArn, executionStartTimestamp } = info;
    const upstream = upstreamOf(info, settings);
    const traceId = upstream?.traceId ?? deriveTraceId(info);
    this.arn = executionArn;
    this.executionStartMs = executionStartTimestamp?.getTime();
    this.#tracer = tracer;
    this.#sampling = this.#decide(traceId, upstream, settings.workflowSpanName);
    this.isSampled = this.#sampling.decision === SAMPLED.decision;
    this.workflow = this.#contextIn(traceId, deriveWorkflowSpanId(executionArn));
    const parentSpanId = upstream?.parentSpanId;
    this.#hasUpstreamParent = parentSpanId !== undefined;
    const ancestor = this.#contextIn(traceId, parentSpanId ?? deriveExecutionRootSpanId(executionArn));
    this.ancestor = this.#hasUpstreamParent ? { ...ancestor, isRemote: true } : ancestor;
  }

  /** The context of a span of this trace that does not exist here yet, such as one that is emitted when it ends. */
  contextOf(spanId: string): SpanContext {
    return this.#contextIn(this.workflow.traceId, spanId);
  }

  operation(operationId: string): SpanContext {
    return this.contextOf(deriveOperationSpanId(this.arn, operationId));
  }

  start({ name, spanId, parent, startMs, attributes, links }: TracedSpan): Span {
    const all = { 'durable.execution.arn': this.arn, ...attributes };
    const span = { name, spanId, parent, startTime: hrTime(startMs), attributes: all, ...(links && { links }) };
    return this.#tracer.start(span, this.#sampling);
  }

  /**
   * Emits a span that represents the unknown caller of an execution. Every invocation emits it, so that a lost one does
   * not split the trace; the copies are equal.
   *
   * @param startMs - when the execution started, in epoch milliseconds
   */
  emitRoot(startMs: number): void {
    if (this.#hasUpstreamParent || !this.isSampled) return;
    const { traceId, spanId } = this.ancestor;
    const startTime = hrTime(startMs);
    const attributes = { 'durable.execution.arn': this.arn };
    const root = { name: 'DurableExecutionRoot', traceId, spanId, startTime, attributes };
    this.#tracer.start(root, this.#sampling).end(startTime);
  }

  /** The open span of Lambda's own instrumentation, if it belongs to this trace and has the same sampling decision. */
  get ambient(): SpanContext | undefined {
    const active = trace.getSpanContext(context.active());
    const isSampled = active !== undefined && (active.traceFlags & TraceFlags.SAMPLED) !== 0;
    return active?.traceId === this.workflow.traceId && isSampled === this.isSampled ? active : undefined;
  }

  /** The active context with a span of this trace in it. */
  within(span: Span | SpanContext, base: Context = context.active()): Context {
    return 'spanContext' in span ? trace.setSpan(base, span) : trace.setSpanContext(base, span);
  }

  #contextIn(traceId: string, spanId: string): SpanContext {
    return { traceId, spanId, traceFlags: this.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
  }

  /** The same in every invocation, as long as the sampler decides by the id of the trace, as the usual ones do. */
  #decide(traceId: string, upstream: UpstreamContext | undefined, name: string): SamplingResult {
    const decided = upstream && decisionOf(upstream);
    if (decided !== undefined) return decided ? SAMPLED : NOT_SAMPLED;
    return this.#tracer.askSampler(traceId, name, { 'durable.execution.arn': this.arn });
  }
}

function upstreamOf(info: InvocationInfo, { contextExtractor }: TraceSettings): UpstreamContext | undefined {
  try {
    const upstream = contextExtractor(info);
    if (!upstream || !isValidTraceId(upstream.traceId)) return undefined;
    const { parentSpanId, ...trace } = upstream;
    return parentSpanId !== undefined && isValidSpanId(parentSpanId) ? upstream : trace;
  } catch {
    return undefined;
  }
}
