import type { Link, Span } from '@opentelemetry/api';
import type { OperationEndInfo, OperationInfo } from '../engine/invocation/plugins/plugin.js';
import { linkToSender } from './callback-sender.js';
import { hrTime } from './invocation-clock.js';
import { endOf, exceptionOf, identityOf, setStatusOf, nameOf } from './span-facts.js';
import { hasEnded } from './operation-ends.js';
import { type EndedAttempt, TracedInvocation } from './traced-invocation.js';

/** Whether an operation starts in this invocation, continues in it, or is not recorded. */
type Origin = 'new' | 'continued' | 'virtual';

/** One span for each operation and invocation. */
export class InvocationView extends TracedInvocation {
  /** In the order in which they were opened: parents before their children. */
  readonly #open = new Map<string, Span>();
  /** Conditions that continue in this invocation and have not been checked in it. */
  readonly #uncheckedConditions = new Set<string>();

  protected override get handlerSpan(): Span {
    return this.invocation;
  }

  protected override operationSpan(info: OperationInfo): Span {
    return this.#segmentOf(info);
  }

  protected override operationStarted(info: OperationInfo): void {
    this.#segmentOf(info);
  }

  protected override attemptEnded({ id, outcome }: EndedAttempt, span: Span): void {
    const isFirstCheckAgain = outcome === 'SUCCEEDED' && this.#uncheckedConditions.delete(id);
    for (const { context } of isFirstCheckAgain ? this.#linksOfContinuation(id) : this.#linkToWorkflow()) {
      span.addLink({ context });
    }
  }

  protected override operationEnded(info: OperationEndInfo): void {
    // An operation that completed while no code ran was started by an earlier invocation.
    const span = this.#segmentOf(info, info.type !== 'CONTEXT' || info.isReplay);
    this.#open.delete(info.id);
    const endMs = this.trace.clock.now();
    span.setAttributes(endOf(info));
    span.addLinks(linkToSender(info));
    setStatusOf(span, info);
    if (info.error) span.recordException(exceptionOf(info.error), hrTime(endMs));
    span.end(hrTime(endMs));
  }

  /** A body that ran again has a segment here, as the parent of the application's own spans. */
  protected override operationToldAgain(info: OperationEndInfo): void {
    if (info.type === 'CONTEXT') this.operationEnded(info);
    else this.#open.delete(info.id);
  }

  /** The end of a context is not reported again when its body runs only to rebuild the result. */
  override async wrapChildContextFn(info: OperationInfo, fn: () => unknown): Promise<unknown> {
    try {
      return await super.wrapChildContextFn(info, fn);
    } finally {
      const recorded = this.special.recorded(info.id);
      if (info.isReplayingChildren && recorded && hasEnded(recorded)) this.operationEnded(recorded);
    }
  }

  protected override leave({ id }: Pick<OperationInfo, 'id'>): void {
    const span = this.#open.get(id);
    this.#open.delete(id);
    span?.setAttribute('durable.operation.status', 'STARTED');
    span?.end(hrTime(this.trace.clock.now()));
  }

  /** Operations that continue in a later invocation get the end of their segment here, children first. */
  protected override closeOpen(): void {
    for (const id of [...this.#open.keys()].reverse()) this.leave({ id });
  }

  #segmentOf(info: OperationInfo, isReplay = info.isReplay): Span {
    const open = this.#open.get(info.id);
    if (open) return open;
    const span = this.#openSegment(info, this.#originOf(info, isReplay));
    this.#open.set(info.id, span);
    return span;
  }

  /** Virtual contexts are not recorded, so they are always reported as replays. */
  #originOf({ id, type }: OperationInfo, isReplay: boolean): Origin {
    if (!isReplay) return 'new';
    return type === 'CONTEXT' && this.special.recorded(id) === undefined ? 'virtual' : 'continued';
  }

  #openSegment(info: OperationInfo, origin: Origin): Span {
    const { id, parentId } = info;
    const isCondition = origin === 'continued' && info.subType === 'WaitForCondition';
    if (isCondition) this.#uncheckedConditions.add(id);
    const parent = (parentId !== undefined && this.#open.get(parentId)) || this.invocation;
    return this.trace.start({
      name: nameOf(info),
      // The first segment has an id that later segments know: they link to it.
      ...(origin === 'new' && { spanId: this.trace.operation(id).spanId }),
      parent: parent.spanContext(),
      startMs: this.trace.clock.now(),
      attributes: identityOf(info),
      links: origin === 'continued' && !isCondition ? this.#linksOfContinuation(id) : this.#linkToWorkflow(),
    });
  }

  #linkToWorkflow(): Link[] {
    return [{ context: this.trace.workflow }];
  }

  #linksOfContinuation(operationId: string): Link[] {
    return [{ context: this.trace.operation(operationId) }, { context: this.trace.workflow }];
  }
}
