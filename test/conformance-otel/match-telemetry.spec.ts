import type { CanonicalSpan } from './canonical-span.js';
import { judgeTelemetry, type TelemetryAssertions } from './match-telemetry.js';

const ARN = 'arn:one';

function span(name: string, overrides: Partial<CanonicalSpan> = {}): CanonicalSpan {
  const attributes = { 'durable.execution.arn': ARN, ...overrides.attributes };
  return {
    trace_id: 't',
    span_id: name,
    parent_span_id: 'root',
    name,
    kind: 'INTERNAL',
    status: 'OK',
    service_name: 'shop',
    links: [],
    start_time: 0n,
    end_time: 10n,
    ...overrides,
    attributes,
  };
}

const workflow = span('Workflow');
const step = (overrides: Partial<CanonicalSpan> = {}) =>
  span('charge', { parent_span_id: 'Workflow', start_time: 1n, end_time: 5n, ...overrides });

const problemsOf = (assertions: TelemetryAssertions, spans: CanonicalSpan[]) =>
  judgeTelemetry(assertions, spans, ARN).problems;
const charge = (expect: object): TelemetryAssertions => ({
  span_assertions: [{ select: { name: 'charge' }, expect: { ...expect } }],
});

describe('the validator of spans', () => {
  it('finds nothing where everything is as it is asked for', () => {
    const parent = { name: 'Workflow' };
    expect(problemsOf(charge({ status: 'OK', parent, inside: { name: 'Workflow' } }), [workflow, step()])).toEqual([]);
  });

  it.each<[string, TelemetryAssertions, CanonicalSpan[]]>([
    ['a property that differs', charge({ status: 'OK' }), [workflow, step({ status: 'ERROR' })]],
    ['an attribute that is missing', charge({ attributes: { 'durable.operation.id': '*' } }), [workflow, step()]],
    ['a parent that is no span', charge({ parent: { name: 'Workflow' } }), [step()]],
    ['a child outside its parent', charge({ parent: { name: 'Workflow' } }), [workflow, step({ end_time: 11n })]],
    ['a link too many', charge({ links: [] }), [workflow, step({ links: [{ trace_id: 't', span_id: 'Workflow' }] })]],
    [
      'a link to no span',
      charge({ links: [{ name: 'Workflow' }] }),
      [step({ links: [{ trace_id: 't', span_id: 'x' }] })],
    ],
    ['the wrong order', charge({ before: { name: 'Workflow' } }), [workflow, step()]],
    ['a span that is there twice', charge({}), [workflow, step(), step({ span_id: 'other' })]],
    ['a span of another execution', {}, [workflow, step({ attributes: { 'durable.execution.arn': 'arn:two' } })]],
    ['a span that ends before it starts', {}, [workflow, step({ end_time: 0n })]],
    [
      'two roots',
      { require_unique_root_per_trace: true },
      [span('a', { parent_span_id: null }), span('b', { parent_span_id: null })],
    ],
    ['a span that nothing asks for', { require_all_spans: true }, [workflow]],
    ['too few spans', { minimum_spans: 3 }, [workflow, step()]],
    [
      'an attribute too many',
      { ...charge({ attributes: { 'durable.execution.arn': ARN } }), exact_attribute_prefixes: ['durable.'] },
      [workflow, step({ attributes: { 'durable.operation.id': '1' } })],
    ],
    [
      'a Workflow below an Invocation',
      { span_assertions: [{ select: { name: 'Workflow' }, expect: { parent_span_id: null } }] },
      [span('Invocation'), span('Workflow', { parent_span_id: 'Invocation' })],
    ],
  ])('finds %s', (_what, assertions, spans) => {
    expect(problemsOf(assertions, spans).length).toBeGreaterThan(0);
  });

  it('holds the newer model for segments that go on, and says so', () => {
    const attributes = { 'durable.operation.id': '1' };
    const first = span('pause', { attributes, links: [{ trace_id: 't', span_id: 'Workflow' }] });
    const later = span('pause', { attributes, span_id: 'later', start_time: 6n });
    const select = { name: 'pause' };
    const assertions = { span_assertions: [{ select, count: 2, expect: { links: [{ name: 'Workflow' }] } }] };
    const both = [
      { trace_id: 't', span_id: 'pause' },
      { trace_id: 't', span_id: 'Workflow' },
    ];

    const held = judgeTelemetry(assertions, [workflow, first, { ...later, links: both }], ARN);
    const old = judgeTelemetry(assertions, [workflow, first, { ...later, links: both.slice(1) }], ARN);

    expect(held).toEqual({ problems: [], superseded: ['a segment that goes on links to the first'] });
    expect(old.problems).toEqual([expect.stringContaining('it has 1 links, not 2')]);
  });
});
