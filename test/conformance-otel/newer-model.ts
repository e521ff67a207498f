import type { CanonicalSpan } from './canonical-span.js';
import type { Mapping } from './match-span-value.js';

/** All spans of a run. */
export interface ModelOfSpans {
  readonly spans: readonly CanonicalSpan[];
}

/**
 * The requirements are of August; since then a segment that continues an operation links to the first one, then to
 * Workflow. A condition's segments link only to Workflow, and the first check that succeeds in a later one to both.
 */
export function linksByNewerModel(
  span: CanonicalSpan,
  stated: readonly Mapping[],
  { spans }: ModelOfSpans,
): { links: readonly Mapping[]; reason?: string } {
  if (stated.length !== 1 || stated[0]!.name !== 'Workflow') return { links: stated };
  const first = goesOnWith(span, spans);
  if (!first) return { links: stated };
  const { name, span_id, attributes } = first;
  const reason = isAttempt(span) ? 'a check that goes on links to both' : 'a segment that goes on links to the first';
  return { links: [{ name, span_id, attributes }, ...stated], reason };
}

const SUBTYPE = 'durable.operation.subtype';
const isAttempt = ({ attributes }: CanonicalSpan): boolean => 'durable.attempt.outcome' in attributes;

function goesOnWith(span: CanonicalSpan, spans: readonly CanonicalSpan[]): CanonicalSpan | undefined {
  const isCondition = span.attributes[SUBTYPE] === 'WaitForCondition';
  if (!isAttempt(span)) return isCondition ? undefined : before(span, spans);
  const segment = spans.find(({ span_id }) => span_id === span.parent_span_id);
  if (!isCondition || !segment || !isFirstSuccess(span, spans)) return undefined;
  return before(segment, spans);
}

/** The first segment of an operation, where a segment is not that. */
function before(segment: CanonicalSpan, spans: readonly CanonicalSpan[]): CanonicalSpan | undefined {
  const isSame = ({ attributes }: CanonicalSpan) =>
    ['durable.execution.arn', 'durable.operation.id'].every((key) => attributes[key] === segment.attributes[key]);
  const segments = spans.filter(
    (other) => 'durable.operation.id' in other.attributes && !isAttempt(other) && isSame(other),
  );
  const [first] = segments.sort((one, other) => (one.start_time < other.start_time ? -1 : 1));
  return first === segment ? undefined : first;
}

function isFirstSuccess(attempt: CanonicalSpan, spans: readonly CanonicalSpan[]): boolean {
  const siblings = spans.filter(
    (other) =>
      isAttempt(other) &&
      other.parent_span_id === attempt.parent_span_id &&
      other.attributes['durable.attempt.outcome'] === 'SUCCEEDED',
  );
  return siblings.every((other) => attempt.start_time <= other.start_time) && siblings.includes(attempt);
}
