import { type Attributes, context, type Span, type SpanContext } from '@opentelemetry/api';
import type { DurableExecutionInvocationOutput } from '../wire/envelope.js';
import type {
  AttemptEndInfo,
  AttemptInfo,
  DurableInstrumentationPlugin,
  InvocationEndInfo,
  InvocationInfo,
  OperationChangeInfo,
  OperationEndInfo,
  OperationInfo,
  PropagationInput,
  PropagationMetadata,
} from '../engine/invocation/plugins/plugin.js';
import { activeLogFields } from './active-log-fields.js';
import { deriveAttemptSpanId } from './ids.js';
import { hrTime } from './invocation-clock.js';
import type { InvocationTrace } from './invocation-trace.js';
import { NestStages } from './nest-stages.js';
import type { TraceSettings } from './open-telemetry-options.js';
import type { Predecessors } from './predecessors.js';
import { exceptionOf, identityOf, judgeInvocation, nameOf } from './span-facts.js';
import { SpecialOperations } from './special-operations.js';
import { traceHeaderOf } from './trace-header.js';

/** What a view needs in addition to the trace. */
export interface TracedInvocationParts {
  readonly trace: InvocationTrace;
  readonly settings: TraceSettings;
  readonly predecessors: Predecessors;
  /** Sends the ended spans; resolves when they are sent, or when time is up. */
  flush(): Promise<void>;
}

/** A running attempt. */
interface OpenAttempt {
  readonly span: Span;
  readonly info: AttemptInfo;
  /** When its body ended; the end of the attempt is reported when it is saved. */
  endMs?: number;
}

/** An attempt that has ended, or that the end of its invocation cut off: that one has no outcome. */
export type EndedAttempt = AttemptInfo & Partial<Pick<AttemptEndInfo, 'outcome'>>;

const DONE = Promise.resolve();

/** The spans of one invocation that both views have in common. */
export abstract class TracedInvocation implements DurableInstrumentationPlugin {
  protected readonly trace: InvocationTrace;
  protected readonly settings: TraceSettings;
  /** Set by the first hook. */
  protected invocation!: Span;
  protected readonly special: SpecialOperations;
  /** Whether this invocation has ended its execution: what has not completed by then never will. */
  protected isExecutionOver = false;
  readonly #startMs: number;
  readonly #predecessors: Predecessors;
  readonly #flush: () => Promise<void>;
  /** Absent if stages are not traced. */
  readonly #stages: NestStages | undefined;
  readonly #attempts = new Map<string, OpenAttempt>();

  constructor(info: InvocationInfo, { trace, settings, predecessors, flush }: TracedInvocationParts) {
    this.#startMs = trace.clock.now();
    this.trace = trace;
    this.settings = settings;
    this.#predecessors = predecessors;
    this.#flush = flush;
    this.special = new SpecialOperations(info);
    this.#stages = settings.nestStages ? new NestStages(trace) : undefined;
  }

  /** The attributes of an invocation's span about the function that runs it. */
  protected functionFacts(_info: InvocationInfo): Attributes {
    return {};
  }

  /** The span that is active while the handler runs. */
  protected abstract get handlerSpan(): Span | SpanContext;
  /** The span of an operation in this invocation. */
  protected abstract operationSpan(info: OperationInfo): Span | SpanContext;
  protected abstract operationStarted(info: OperationInfo): void;
  protected abstract operationEnded(info: OperationEndInfo): void;
  /** Called when the end of an operation is reported that an earlier invocation has already reported. */
  protected abstract operationToldAgain(info: OperationEndInfo): void;
  /** Links an attempt that has ended. @param endMs - in epoch milliseconds */
  protected abstract attemptEnded(info: EndedAttempt, span: Span, endMs: number): void;
  /** Ends the span of an operation that has not completed and will not continue in this invocation. */
  protected abstract leave(info: OperationInfo): void;
  /** Called when open operations will not continue in this invocation. */
  protected abstract closeOpen(): void;

  onInvocationStart(info: InvocationInfo): Promise<void> {
    const { trace: own, settings } = this;
    if (own.executionStartMs !== undefined) own.emitRoot(own.executionStartMs);
    this.invocation = own.start({
      name: 'Invocation',
      parent: own.ambient ?? own.ancestor,
      startMs: own.clock.now(),
      attributes: { 'durable.invocation.first': info.isFirstInvocation, ...this.functionFacts(info) },
      ...(settings.linkSuccessors && { links: this.#predecessors.linksOf(info, own) }),
    });
    return DONE;
  }

  wrapInvocation(
    _info: InvocationInfo,
    fn: () => Promise<DurableExecutionInvocationOutput>,
  ): Promise<DurableExecutionInvocationOutput> {
    const active = this.trace.within(this.handlerSpan);
    return context.with(this.#stages?.within(active, this.invocation) ?? active, fn);
  }

  onOperationStart(info: OperationInfo): Promise<void> {
    this.special.met(info);
    this.operationStarted(info);
    return DONE;
  }

  wrapChildContextFn(info: OperationInfo, fn: () => unknown): unknown {
    return context.with(this.trace.within(this.operationSpan(info)), fn);
  }

  onOperationEnd(info: OperationEndInfo): Promise<void> {
    for (const left of this.special.leaveInside(info.id)) this.leave(left);
    if (this.special.isToldAgain(info)) this.operationToldAgain(info);
    else this.operationEnded(info);
    return DONE;
  }

  onOperationAttemptStart(info: AttemptInfo): Promise<void> {
    const parent = this.operationSpan(info);
    const { linkSuccessors } = this.settings;
    const span = this.trace.start({
      name: `${nameOf(info)} attempt ${info.attempt}`,
      ...(linkSuccessors && { spanId: deriveAttemptSpanId(this.trace.arn, info.id, info.attempt) }),
      parent: 'spanContext' in parent ? parent.spanContext() : parent,
      startMs: this.trace.clock.now(),
      attributes: { ...identityOf(info), 'durable.attempt.number': info.attempt },
    });
    this.#attempts.set(info.id, { span, info });
    return DONE;
  }

  async wrapOperationAttemptFn(info: AttemptInfo, fn: () => unknown): Promise<unknown> {
    const attempt = this.#attempts.get(info.id);
    if (!attempt) return fn();
    try {
      return await context.with(this.trace.within(attempt.span), fn as () => Promise<unknown>);
    } finally {
      attempt.endMs = this.trace.clock.now();
    }
  }

  onOperationAttemptEnd(info: AttemptEndInfo): Promise<void> {
    const attempt = this.#attempts.get(info.id);
    if (!attempt) return DONE;
    this.#attempts.delete(info.id);
    const { span, endMs = this.trace.clock.now() } = attempt;
    span.setAttribute('durable.attempt.outcome', info.outcome);
    this.attemptEnded(info, span, endMs);
    if (this.settings.linkSuccessors && info.attempt > 1) span.addLink({ context: this.#attemptBefore(info) });
    if (info.outcome === 'SUCCEEDED') span.setStatus({ code: 1 });
    else this.#failed(span, info, endMs);
    span.end(hrTime(endMs));
    return DONE;
  }

  onOperationChange({ updatedOperations }: OperationChangeInfo): Promise<void> {
    this.special.changed(Object.values(updatedOperations));
    return DONE;
  }

  async onInvocationEnd(info: InvocationEndInfo): Promise<void> {
    this.isExecutionOver = info.status === 'SUCCEEDED' || info.status === 'FAILED';
    for (const told of this.special.unmet()) this.operationEnded(told);
    this.#cutOffAttempts();
    this.closeOpen();
    this.#stages?.close();
    this.invocation.setAttribute('durable.invocation.status', info.status);
    judgeInvocation(this.invocation, info);
    this.invocation.end(hrTime(this.trace.clock.now()));
    if (this.isExecutionOver) this.#emitWorkflow(info);
    this.#remember();
    await this.#flush();
  }

  providePropagationMetadata(input: PropagationInput): PropagationMetadata | undefined {
    if (input.executionArn !== this.trace.arn) return undefined;
    return { xAmznTraceId: traceHeaderOf(this.trace.operation(input.operationId)) };
  }

  enrichLogContext(): Record<string, string | boolean> | undefined {
    return this.settings.enrichLogger ? activeLogFields() : undefined;
  }

  /** The end of the whole execution so far, in epoch milliseconds. */
  protected get endMs(): number {
    return this.trace.clock.now();
  }

  #cutOffAttempts(): void {
    for (const { span, info, endMs = this.trace.clock.now() } of this.#attempts.values()) {
      this.attemptEnded(info, span, endMs);
      span.end(hrTime(endMs));
    }
  }

  #attemptBefore({ id, attempt }: AttemptInfo): SpanContext {
    return this.trace.contextOf(deriveAttemptSpanId(this.trace.arn, id, attempt - 1));
  }

  #failed(span: Span, { error }: AttemptEndInfo, endMs: number): void {
    span.setStatus({ code: 2, message: error?.message });
    if (error) span.recordException(exceptionOf(error), hrTime(endMs));
  }

  #remember(): void {
    const { arn } = this.trace;
    if (this.isExecutionOver) this.#predecessors.forget(arn);
    else this.#predecessors.remember(arn, this.invocation.spanContext());
  }

  #emitWorkflow(info: InvocationEndInfo): void {
    const { trace: own, settings } = this;
    const startMs = own.executionStartMs ?? this.#startMs;
    // Without a start time that all invocations know, the copies of other invocations would not be equal.
    if (own.executionStartMs === undefined) own.emitRoot(startMs);
    const span = own.start({
      name: settings.workflowSpanName,
      spanId: own.workflow.spanId,
      parent: own.ancestor,
      startMs,
      attributes: { 'durable.execution.status': info.status },
    });
    judgeInvocation(span, info);
    span.end(hrTime(this.endMs));
  }
}
