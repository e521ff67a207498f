import type { CanonicalSpan } from './canonical-span.js';
import { type Mapping, matches } from './match-span-value.js';
import { linksByNewerModel } from './newer-model.js';

export interface SpanAssertion {
  select: Mapping;
  expect: Mapping;
  count?: unknown;
}

export interface TelemetryAssertions {
  minimum_spans?: number;
  minimum_invocations?: number;
  require_execution_correlation?: boolean;
  allowed_execution_arns?: string[];
  require_unique_root_per_trace?: boolean;
  require_all_spans?: boolean;
  span_assertion_scope?: Mapping | Mapping[];
  exact_attribute_prefixes?: string[];
  span_assertions?: SpanAssertion[];
}

export interface Verdict {
  problems: string[];
  /** What the requirement says otherwise, where the newer model was held instead. */
  superseded: string[];
}

const ARN_ATTRIBUTES = ['durable.execution.arn', 'aws.lambda.durable_execution.arn', 'durable_execution_arn'];

/** Judges the spans of a run, whatever trace they are of. @param arn - of the execution that was started */
export function judgeTelemetry(assertions: TelemetryAssertions, spans: CanonicalSpan[], arn: string): Verdict {
  return new Judgement(assertions, spans).judge(arn);
}

class Judgement {
  readonly #problems: string[] = [];
  readonly #superseded = new Set<string>();
  readonly #assertions: TelemetryAssertions;
  readonly #spans: readonly CanonicalSpan[];
  readonly #selected = new Set<CanonicalSpan>();

  constructor(assertions: TelemetryAssertions, spans: readonly CanonicalSpan[]) {
    this.#assertions = assertions;
    this.#spans = spans;
  }

  judge(arn: string): Verdict {
    const { span_assertions = [], require_all_spans, require_unique_root_per_trace } = this.#assertions;
    this.#judgeCounts();
    this.#judgeCorrelation(arn);
    for (const { start_time, end_time, name } of this.#spans) {
      if (start_time > end_time) this.#problems.push(`${name} ends before it starts`);
    }
    if (require_unique_root_per_trace) this.#judgeRoots();
    span_assertions.forEach((assertion, at) => this.#judgeAssertion(assertion, `assertion ${at + 1}`));
    if (require_all_spans) this.#judgeRest();
    return { problems: this.#problems, superseded: [...this.#superseded] };
  }

  #judgeCounts(): void {
    const { minimum_spans = 1, minimum_invocations = 1 } = this.#assertions;
    const invocations = this.#spans.filter(
      ({ name, attributes }) => name.toLowerCase() === 'invocation' && 'durable.invocation.first' in attributes,
    );
    if (this.#spans.length < minimum_spans) this.#problems.push(`${this.#spans.length} spans, not ${minimum_spans}`);
    if (minimum_invocations > 1 && invocations.length < minimum_invocations) {
      this.#problems.push(`${invocations.length} invocations, not ${minimum_invocations}`);
    }
  }

  #judgeCorrelation(arn: string): void {
    const { require_execution_correlation = true, allowed_execution_arns = [arn] } = this.#assertions;
    if (!require_execution_correlation) return;
    const told = this.#spans.flatMap(({ attributes }) =>
      ARN_ATTRIBUTES.flatMap((key) => (attributes[key] === undefined ? [] : [String(attributes[key]).toLowerCase()])),
    );
    if (!told.includes(arn.toLowerCase())) this.#problems.push('no span names the execution');
    const allowed = allowed_execution_arns.map((one) => one.toLowerCase());
    const foreign = told.filter((one) => !allowed.includes(one));
    if (foreign.length > 0) this.#problems.push(`spans of other executions: ${foreign.join(', ')}`);
  }

  #judgeRoots(): void {
    const roots = new Map<string, Set<string>>();
    for (const { trace_id, span_id, parent_span_id } of this.#spans) {
      if (parent_span_id === null) roots.set(trace_id, (roots.get(trace_id) ?? new Set()).add(span_id));
    }
    for (const ids of roots.values()) if (ids.size > 1) this.#problems.push(`a trace has ${ids.size} roots`);
  }

  #judgeAssertion({ select, expect, count = 1 }: SpanAssertion, place: string): void {
    const found = this.#spans.filter((span) => !this.#selected.has(span) && matches(select, span));
    const named = `${place}, ${JSON.stringify(select)}`;
    if (!matches(count, found.length)) {
      this.#problems.push(`${named}: ${found.length} spans, not ${JSON.stringify(count)}`);
      return;
    }
    for (const span of found) {
      this.#selected.add(span);
      for (const problem of this.#differences(span, expect)) this.#problems.push(`${named}: ${problem}`);
    }
  }

  #differences(span: CanonicalSpan, expect: Mapping): string[] {
    const problems = Object.entries(expect).flatMap(([key, value]) => this.#difference(span, key, value) ?? []);
    return [...problems, ...this.#attributesTooMany(span, expect)];
  }

  #difference(span: CanonicalSpan, key: string, expected: unknown): string | undefined {
    switch (key) {
      case 'parent':
        return this.#differenceOfParent(span, expected as Mapping);
      case 'links':
        return this.#differenceOfLinks(span, expected as Mapping[]);
      case 'before':
      case 'after':
      case 'inside':
        return this.#differenceOfOrder(span, key, expected as Mapping);
      case 'parent_span_id':
        return this.#differenceOfRoot(span, expected);
      default: {
        const actual = (span as unknown as Mapping)[key];
        if (matches(expected, actual)) return undefined;
        return `${key} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
      }
    }
  }

  /** Today the parent of the whole execution is the span that started it, or one that represents it. */
  #differenceOfRoot(span: CanonicalSpan, expected: unknown): string | undefined {
    if (expected !== null || (span.name !== 'Workflow' && span.name !== 'Invocation')) {
      return matches(expected, span.parent_span_id) ? undefined : `parent_span_id is ${span.parent_span_id}`;
    }
    this.#superseded.add(`${span.name} has a parent`);
    if (span.parent_span_id === null) return 'it has no parent';
    const parent = this.#find(span.trace_id, span.parent_span_id);
    const isOwn = parent?.name === 'Workflow' || parent?.name === 'Invocation';
    return isOwn ? `its parent is ${parent.name}` : undefined;
  }

  #differenceOfParent(span: CanonicalSpan, { $allow_outside, ...expected }: Mapping): string | undefined {
    const parent = span.parent_span_id === null ? undefined : this.#find(span.trace_id, span.parent_span_id);
    if (!parent) return `its parent ${span.parent_span_id} is no span of the run`;
    if (!matches(expected, parent)) return `its parent is ${tell(parent)}, not ${JSON.stringify(expected)}`;
    return $allow_outside || contains(parent, span) ? undefined : `it lies outside its parent ${tell(parent)}`;
  }

  #differenceOfLinks(span: CanonicalSpan, stated: Mapping[]): string | undefined {
    const { links: expected, reason } = linksByNewerModel(span, stated, this);
    if (reason) this.#superseded.add(reason);
    if (span.links.length !== expected.length) return `it has ${span.links.length} links, not ${expected.length}`;
    return expected.map((item, at) => this.#differenceOfLink(span.links[at]!, item)).find((problem) => problem);
  }

  #differenceOfLink(link: CanonicalSpan['links'][number], item: Mapping): string | undefined {
    const { $occurrence, count = 1, ...expected } = item;
    const linked = this.#spans.filter(
      ({ trace_id, span_id }) => trace_id === link.trace_id && span_id === link.span_id,
    );
    const found = linked.filter((span) => matches(expected, span));
    if (!matches(count, found.length)) return `it links to ${linked.map(tell).join(', ') || 'no span of the run'}`;
    if ($occurrence === undefined) return undefined;
    const all = this.#spans.filter((span) => matches(expected, span)).sort(inOrder);
    const at = all.findIndex(({ span_id }) => span_id === link.span_id) + 1;
    return at === $occurrence
      ? undefined
      : `it links to the ${at}. ${tell(found[0]!)}, not the ${String($occurrence)}.`;
  }

  #differenceOfOrder(span: CanonicalSpan, order: Order, { $linked, ...selector }: Mapping): string | undefined {
    const candidates = $linked
      ? span.links.flatMap((link) => this.#find(link.trace_id, link.span_id) ?? [])
      : this.#spans;
    const others = candidates.filter((other) => other !== span && matches(selector, other));
    if (others.length !== 1) return `${others.length} spans are ${JSON.stringify(selector)}`;
    return IN_ORDER[order](span, others[0]!) ? undefined : `it is not ${order} ${tell(others[0]!)}`;
  }

  #attributesTooMany(span: CanonicalSpan, { attributes: expected = {} }: Mapping): string[] {
    return (this.#assertions.exact_attribute_prefixes ?? []).flatMap((prefix) => {
      const keys = (of: object) =>
        Object.keys(of)
          .filter((key) => key.startsWith(prefix))
          .sort();
      const [asked, found] = [keys(expected as object), keys(span.attributes)];
      return asked.join() === found.join() ? [] : [`its attributes are ${found.join()}, not ${asked.join()}`];
    });
  }

  #judgeRest(): void {
    const { span_assertion_scope: scope } = this.#assertions;
    const scopes = scope === undefined ? [{}] : Array.isArray(scope) ? scope : [scope];
    const rest = this.#spans.filter((span) => !this.#selected.has(span) && scopes.some((one) => matches(one, span)));
    const unasked = rest.filter(({ name }) => name !== 'DurableExecutionRoot');
    if (unasked.length < rest.length) this.#superseded.add('DurableExecutionRoot is emitted');
    for (const span of unasked) this.#problems.push(`nothing asks for ${tell(span)}`);
  }

  get spans(): readonly CanonicalSpan[] {
    return this.#spans;
  }

  #find(traceId: string, spanId: string): CanonicalSpan | undefined {
    return this.#spans.find(({ trace_id, span_id }) => trace_id === traceId && span_id === spanId);
  }
}

type Order = 'before' | 'after' | 'inside';

const IN_ORDER: Readonly<Record<Order, (span: CanonicalSpan, other: CanonicalSpan) => boolean>> = {
  before: (span, other) => span.end_time <= other.start_time,
  after: (span, other) => other.end_time <= span.start_time,
  inside: (span, other) => contains(other, span),
};

function contains(outer: CanonicalSpan, inner: CanonicalSpan): boolean {
  return outer.start_time <= inner.start_time && inner.end_time <= outer.end_time;
}

function inOrder(one: CanonicalSpan, other: CanonicalSpan): number {
  const keys = (span: CanonicalSpan) => [span.start_time, span.end_time, span.trace_id, span.span_id];
  const [left, right] = [keys(one), keys(other)];
  const at = left.findIndex((key, index) => key !== right[index]);
  return at === -1 ? 0 : left[at]! < right[at]! ? -1 : 1;
}

function tell({ name, status, attributes, start_time, end_time }: CanonicalSpan): string {
  return `${name} ${status} ${JSON.stringify(attributes)} [${start_time}, ${end_time}]`;
}
