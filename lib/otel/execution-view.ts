import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import type { InvocationInfo, OperationEndInfo, OperationInfo } from '../engine/invocation/plugins/plugin.js';
import { linkToSender } from './callback-sender.js';
import { hrTime } from './invocation-clock.js';
import { endOf, exceptionOf, identityOf, setStatusOf, nameOf } from './span-facts.js';
import { isEndedByService } from './operation-ends.js';
import { type EndedAttempt, TracedInvocation } from './traced-invocation.js';

/** The period in which an operation is known to have run, in epoch milliseconds. */
interface Bounds {
  startMs: number;
  endMs: number;
}

/**
 * One span for each operation, emitted when it completes, with the times that the service recorded. Until then only its
 * id is known, which is enough for the spans inside it. Those that are open when their context or the execution ends are
 * emitted then.
 */
export class ExecutionView extends TracedInvocation {
  /** The known periods of operations and of their children: clocks differ, and a span must contain its children. */
  readonly #seen = new Map<string, Bounds>();
  #latestEndMs = 0;

  /** The user's own provider may have no resource that names the function. */
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

  protected override operationStarted(info: OperationInfo): void {
    const { id } = info;
    const { startTimestamp } = this.#recordOf(info, info.isReplay || isEndedByService(info));
    this.#extend(id, { startMs: startTimestamp?.getTime() ?? this.trace.clock.now(), endMs: 0 });
  }

  protected override attemptEnded({ id }: EndedAttempt, span: Span, endMs: number): void {
    span.addLink({ context: this.invocation.spanContext() });
    this.#extend(id, { startMs: Infinity, endMs });
  }

  protected override operationEnded(info: OperationEndInfo): void {
    const { id, parentId, error } = info;
    const { startMs, endMs } = this.#boundsOf(info);
    const span = this.trace.start({
      name: nameOf(info),
      spanId: this.trace.operation(id).spanId,
      parent: parentId === undefined ? this.trace.workflow : this.trace.operation(parentId),
      startMs,
      attributes: { ...identityOf(info), ...endOf(info) },
      links: [{ context: this.invocation.spanContext() }, ...linkToSender(info)],
    });
    setStatusOf(span, info);
    if (error) span.recordException(exceptionOf(error), hrTime(endMs));
    span.end(hrTime(endMs));
    this.#seen.delete(id);
    if (parentId !== undefined) this.#extend(parentId, { startMs, endMs });
    this.#latestEndMs = Math.max(this.#latestEndMs, endMs);
  }

  protected override operationToldAgain({ id }: OperationEndInfo): void {
    this.#seen.delete(id);
  }

  /** The spans inside it are already emitted, so their parent is too. */
  protected override leave({ error: _, attempt: __, ...info }: OperationInfo): void {
    this.operationEnded({ ...info, status: 'STARTED' });
  }

  protected override closeOpen(): void {
    for (const info of this.isExecutionOver ? this.special.open() : []) this.leave(info);
    this.#seen.clear();
  }

  protected override get endMs(): number {
    return Math.max(this.#latestEndMs, super.endMs);
  }

  #boundsOf(info: OperationEndInfo): Bounds {
    const { id } = info;
    const { startTimestamp, endTimestamp } = this.#recordOf(info, info.type !== 'CONTEXT');
    const seen = this.#seen.get(id);
    const nowMs = this.trace.clock.now();
    const startMs = Math.min(startTimestamp?.getTime() ?? Infinity, seen?.startMs ?? Infinity, nowMs);
    return { startMs, endMs: Math.max(endTimestamp?.getTime() ?? nowMs, seen?.endMs ?? 0, startMs) };
  }

  /** The times from a record: those that a hook tells before there is one are coarser than those of the spans inside. */
  #recordOf(info: OperationInfo, isRecorded: boolean): Pick<OperationInfo, 'startTimestamp' | 'endTimestamp'> {
    const before = this.special.recorded(info.id);
    if (!isRecorded) return { ...before };
    return { ...info, ...(before?.startTimestamp && { startTimestamp: before.startTimestamp }) };
  }

  #extend(id: string, { startMs, endMs }: Bounds): void {
    const { startMs: earliest = Infinity, endMs: latest = 0 } = this.#seen.get(id) ?? {};
    this.#seen.set(id, { startMs: Math.min(startMs, earliest), endMs: Math.max(endMs, latest) });
  }
}
