import type { ReceivedSpan } from './otlp-receiver.js';

/** A trace as text: spans below their parents, in the order in which they started. */
export function renderTrace(spans: readonly ReceivedSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId));
  return inOrder(roots)
    .flatMap((root) => linesOf(root, spans))
    .join('\n');
}

function linesOf(span: ReceivedSpan, spans: readonly ReceivedSpan[]): string[] {
  const children = inOrder(spans.filter(({ parentSpanId }) => parentSpanId === span.spanId));
  const below = children.flatMap((child, at) => {
    const isLast = at === children.length - 1;
    const [head = '', ...rest] = linesOf(child, spans);
    return [`${isLast ? '└─ ' : '├─ '}${head}`, ...rest.map((line) => `${isLast ? '   ' : '│  '}${line}`)];
  });
  return [headOf(span), ...below];
}

function headOf({ name, service, status, attributes }: ReceivedSpan): string {
  const invocation = attributes['durable.invocation.status'] as string | undefined;
  return `${name} [${service}] ${invocation ?? status}`;
}

/**
 * A callback exists before the step that sends its id, whatever the clocks of service and function say. Of those that
 * start in the same millisecond, the longer one comes first, such as the execution before its operation.
 */
function inOrder(spans: readonly ReceivedSpan[]): ReceivedSpan[] {
  return [...spans].sort((one, other) => {
    const isCallback = [one, other].map(({ attributes }) => attributes['durable.operation.type'] === 'CALLBACK');
    if (isCallback[0] !== isCallback[1]) return isCallback[0] ? -1 : 1;
    if (one.startNanos !== other.startNanos) return one.startNanos < other.startNanos ? -1 : 1;
    return one.endNanos > other.endNanos ? -1 : 1;
  });
}
