import { formatDuration } from '../duration.js';
import { errorText } from '../error-text.js';
import { oneLine } from '../terminal-style.js';
import type { Paint, Style } from '../terminal-style.js';
import { invocationsBar, operationBar, pausesBar } from './time-bar.js';
import type { TimeScale } from './time-bar.js';
import { SpanStatus } from './timeline-model.js';
import type { OperationSpan, Pause, Span, Timeline } from './timeline-model.js';

/** A line of the tree before its columns are aligned. */
export interface Row {
  glyph: string;
  style: Style;
  label: string;
  what: string;
  duration: string;
  bar: (scale: TimeScale) => string;
  /** Lines below: the error, or what the operation waits for. */
  notes: string[];
  noteStyle: Style;
  notePrefix: string;
}

export const LOOKS: Readonly<Record<SpanStatus, { glyph: string; style: Style }>> = {
  [SpanStatus.RUNNING]: { glyph: '▸', style: 'cyan' },
  [SpanStatus.PAUSED]: { glyph: '‖', style: 'yellow' },
  [SpanStatus.RETRYING]: { glyph: '↻', style: 'yellow' },
  [SpanStatus.SUCCEEDED]: { glyph: '✓', style: 'green' },
  [SpanStatus.FAILED]: { glyph: '✗', style: 'red' },
  [SpanStatus.TIMED_OUT]: { glyph: '✗', style: 'red' },
  [SpanStatus.STOPPED]: { glyph: '■', style: 'yellow' },
  [SpanStatus.CANCELLED]: { glyph: '■', style: 'dim' },
};

/** The operations as a tree, and below it the invocations in which they ran and the pauses between them. */
export function timelineRows(timeline: Timeline, endMs: number, paint: Paint): Row[] {
  const rows = operationRows(timeline.operations, { endMs, paint, prefix: '' });
  if (timeline.invocations.length > 0) rows.push(invocationsRow(timeline.invocations, paint));
  if (timeline.pauses.length > 0) rows.push(pausesRow(timeline.pauses, { endMs, paint }));
  return rows;
}

interface Branch {
  endMs: number;
  paint: Paint;
  /** The vertical lines of the tree on the left. */
  prefix: string;
}

function operationRows(operations: readonly OperationSpan[], { endMs, paint, prefix }: Branch): Row[] {
  return operations.flatMap((operation, index) => {
    const isLast = index === operations.length - 1;
    const below = `${prefix}${isLast ? '  ' : '│ '}`;
    const row: Row = {
      ...LOOKS[operation.status],
      label: `${prefix}${isLast ? '└ ' : '├ '}${oneLine(operation.name ?? operation.kind)}`,
      what: describe(operation),
      duration: formatDuration((operation.endMs ?? endMs) - operation.startMs),
      bar: (scale) => operationBar(operation, scale, paint),
      notes: notesOf(operation),
      noteStyle: 'red',
      notePrefix: `${below}${operation.children.length > 0 ? '│ ' : '  '}`,
    };
    return [row, ...operationRows(operation.children, { endMs, paint, prefix: below })];
  });
}

function invocationsRow(invocations: readonly Span[], paint: Paint): Row {
  const failed = invocations.filter(({ status }) => status === SpanStatus.FAILED);
  return {
    glyph: ' ',
    style: 'dim',
    label: 'invocations',
    what: failed.length > 0 ? `${invocations.length}, ${failed.length} failed` : String(invocations.length),
    duration: formatDuration(invocations.reduce((sum, { startMs, endMs = startMs }) => sum + endMs - startMs, 0)),
    bar: (scale) => invocationsBar(invocations, scale, paint),
    notes: failed.map(({ error = {} }) => errorText(error)),
    noteStyle: 'red',
    notePrefix: '  ',
  };
}

function pausesRow(pauses: readonly Pause[], { endMs, paint }: Omit<Branch, 'prefix'>): Row {
  return {
    glyph: ' ',
    style: 'dim',
    label: 'pauses',
    what: String(pauses.length),
    duration: formatDuration(pauses.reduce((sum, pause) => sum + (pause.endMs ?? endMs) - pause.startMs, 0)),
    bar: (scale) => pausesBar(pauses, scale, paint),
    notes: pauses.flatMap(({ reason }) => (reason === undefined ? [] : oneLine(reason))),
    noteStyle: 'dim',
    notePrefix: '  ',
  };
}

function describe({ name, kind, attempts, waitSeconds, functionName }: OperationSpan): string {
  const details = [
    ...(name === undefined ? [] : [oneLine(kind)]),
    ...(waitSeconds === undefined ? [] : [formatDuration(waitSeconds * 1000)]),
    ...(functionName === undefined ? [] : [oneLine(functionName)]),
  ].join(' ');
  return [details, ...(attempts.length > 1 ? [`${attempts.length} attempts`] : [])].filter(Boolean).join(', ');
}

/** The errors of the attempts, or of an operation without attempts; and what a person needs to complete it. */
function notesOf({ attempts, error, callbackId, endMs }: OperationSpan): string[] {
  const notes = attempts.flatMap((attempt, index) => {
    if (!attempt.error) return [];
    return attempts.length > 1 ? `attempt ${index + 1}: ${errorText(attempt.error)}` : errorText(attempt.error);
  });
  if (attempts.length === 0 && error) notes.push(errorText(error));
  if (callbackId !== undefined && endMs === undefined) notes.push(`callback id ${oneLine(callbackId)}`);
  return notes;
}
