import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import type {
  AttemptEndInfo,
  InvocationInfo,
  OperationEndInfo,
  OperationInfo,
} from '../engine/invocation/plugins/plugin.js';
import { linkToSender } from './callback-sender.js';
import { hrTime } from './invocation-clock.js';
import { endOf, exceptionOf, identityOf, judge, nameOf } from './span-facts.js';
import { TracedInvocation } from './traced-invocation.js';

/** From when to when an operation is known to have run, in epoch milliseconds. */
interface Bounds {
  startMs: number;
  endMs: number;
}

/**
 * One span for each operation, emitted when it ends, with the times that the service recorded. Until then only its id is
 * known, which is enough for whatever runs inside.
 */
export class ExecutionView extends TracedInvocation {
  /** What was seen of operations, and of what is inside them: clocks differ, and a span has to contain its children. */
  readonly #seen = new Map<string, Bounds>();
  #latestEndMs = 0;

  /** A provider of its own may have no resource that says so. */
  protected override functionFacts({ context }: InvocationInfo): Attributes {
    if (!this.settings.tracerProvider || !context) return {};
    const { invokedFunctionArn, memoryLimitInMB } = context;
    const bytes = Number(memoryLimitInMB) * 1024 * 1024;
    return {
      ...(invokedFunctionArn !== undefined && { 'cloud.resource_id': invokedFunctionArn }),
      ...(Number.isFinite(bytes) && { 'faas.max_memory': bytes }),
    };
  }

  protected override get handlerSpan(): SpanContext {
    return this.trace.workflow;
  }

  protected override operationSpan({ id }: OperationInfo): SpanContext {
    return this.trace.operation(id);
  }

  protected override operationStarted({ id, startTimestamp }: OperationInfo): void {
    this.#extend(id, { startMs: startTimestamp?.getTime() ?? this.trace.clock.now(), endMs: 0 });
  }

  protected override attemptEnded({ id }: AttemptEndInfo, span: Span, endMs: number): void {
    span.addLink({ context: this.invocation.spanContext() });
    this.#extend(id, { startMs: Infinity, endMs });
  }

  protected override operationEnded(info: OperationEndInfo): void {
    const { id, parentId, error } = info;
    const { startMs, endMs } = this.#boundsOf(info);
    const span = this.trace.start({
      name: nameOf(info),
      spanId: this.trace.operation(id).spanId,
      parent: this.#parentOf(parentId),
      startMs,
      attributes: { ...identityOf(info), ...endOf(info) },
      links: [{ context: this.invocation.spanContext() }, ...linkToSender(info)],
    });
    judge(span, info);
    if (error) span.recordException(exceptionOf(error), hrTime(endMs));
    span.end(hrTime(endMs));
    this.#seen.delete(id);
    if (parentId !== undefined) this.#extend(parentId, { startMs, endMs });
    this.#latestEndMs = Math.max(this.#latestEndMs, endMs);
  }

  /** What ended inside a context that will not end any more hangs below the whole execution. */
  #parentOf(contextId: string | undefined): SpanContext {
    const isOrphan = contextId !== undefined && this.isExecutionOver && this.special.isLeftOpen(contextId);
    return contextId === undefined || isOrphan ? this.trace.workflow : this.trace.operation(contextId);
  }

  protected override operationToldAgain({ id }: OperationEndInfo): void {
    this.#seen.delete(id);
  }

  /** Nothing is emitted of what has not ended. */
  protected override closeOpen(): void {
    this.#seen.clear();
  }

  protected override get endMs(): number {
    return Math.max(this.#latestEndMs, super.endMs);
  }

  #boundsOf({ id, startTimestamp, endTimestamp }: OperationEndInfo): Bounds {
    const recorded = startTimestamp ?? this.special.recorded(id)?.startTimestamp;
    const seen = this.#seen.get(id);
    const nowMs = this.trace.clock.now();
    const startMs = Math.min(recorded?.getTime() ?? Infinity, seen?.startMs ?? Infinity, nowMs);
    return { startMs, endMs: Math.max(endTimestamp?.getTime() ?? nowMs, seen?.endMs ?? 0, startMs) };
  }

  #extend(id: string, { startMs, endMs }: Bounds): void {
    const { startMs: earliest = Infinity, endMs: latest = 0 } = this.#seen.get(id) ?? {};
    this.#seen.set(id, { startMs: Math.min(startMs, earliest), endMs: Math.max(endMs, latest) });
  }
}
