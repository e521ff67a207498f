import { formatDuration } from '../duration.js';
import { errorText } from '../error-text.js';
import { colored, oneLine, plain, shorten, wrap } from '../terminal-style.js';
import type { Paint } from '../terminal-style.js';
import { BAR_LEGEND, PAUSE_LEGEND } from './time-bar.js';
import type { TimeScale } from './time-bar.js';
import { epochMsOf } from './timeline-event.js';
import type { TimelineEvent } from './timeline-event.js';
import { SpanStatus, toTimeline } from './timeline-model.js';
import type { Timeline } from './timeline-model.js';
import { LOOKS, timelineRows } from './timeline-rows.js';
import type { Row } from './timeline-rows.js';

export interface RenderTimelineOptions {
  /**
   * Width of the terminal in characters.
   * @defaultValue 100
   */
  columns?: number;
  /** @defaultValue false */
  colors?: boolean;
  /**
   * The end of the time axis of a running execution, milliseconds since the epoch.
   * @defaultValue the time of the last event
   */
  nowMs?: number;
}

const MAX_LABEL_CHARACTERS = 40;
const MAX_WHAT_CHARACTERS = 30;
const MAX_BAR_CHARACTERS = 48;
const MIN_BAR_CHARACTERS = 12;
const GAP = '  ';
const HEADINGS = { label: 'operation', what: 'kind', duration: 'took' } as const;

/**
 * Draws a history, in order from its first event, as a tree of operations beside a time axis.
 *
 * Inputs and results that do not fit are shortened; errors and callback ids never are: they continue in the next line.
 *
 * @returns one string per line; only a word that is longer than `columns` makes a longer one
 * @example
 * ```ts
 * const input = { DurableExecutionArn, IncludeExecutionData: true };
 * const { Events = [] } = await lambda.send(new GetDurableExecutionHistoryCommand(input));
 * console.log(renderTimeline(Events, { colors: process.stdout.isTTY }).join('\n'));
 * ```
 */
export function renderTimeline(events: readonly TimelineEvent[], options: RenderTimelineOptions = {}): string[] {
  const { columns = 100, colors = false } = options;
  const timeline = toTimeline(events);
  const lastMs = events.reduce((latest, event) => Math.max(latest, epochMsOf(event)), timeline.startMs);
  const page: Page = {
    endMs: timeline.endMs ?? Math.max(lastMs, options.nowMs ?? lastMs),
    columns,
    paint: colors ? colored : plain,
  };
  return [...header(timeline, page), ...table(timeline, page)];
}

interface Page {
  endMs: number;
  columns: number;
  paint: Paint;
}

function header(timeline: Timeline, { endMs, columns, paint }: Page): string[] {
  const { name = 'execution', status, handler, input, result, error, invocations } = timeline;
  const { glyph, style } = LOOKS[status];
  const outcome = outcomeText(timeline, endMs);
  const runs = `${invocations.length} invocation${invocations.length === 1 ? '' : 's'}`;
  const quote = (title: string, text: string | undefined): string[] =>
    text === undefined ? [] : [paint('dim', title) + shorten(oneLine(text), columns - title.length)];
  return [
    `${paint(style, glyph)} ${paint('bold', oneLine(name))} ${paint(style, outcome)}, ${runs}`,
    ...quote('  handler ', handler),
    ...quote('  input   ', input),
    ...quote('  result  ', result),
    ...(error ? errorLines('  error   ', errorText(error), { columns, paint }) : []),
  ];
}

function outcomeText({ status, startMs, pauses }: Timeline, endMs: number): string {
  if (status === SpanStatus.RUNNING) return `running for ${formatDuration(endMs - startMs)}`;
  if (status === SpanStatus.PAUSED) return `paused for ${formatDuration(endMs - (pauses.at(-1)?.startMs ?? startMs))}`;
  return `${status} after ${formatDuration(endMs - startMs)}`;
}

function errorLines(title: string, text: string, { columns, paint }: Omit<Page, 'endMs'>): string[] {
  return wrap(text, columns - title.length).map((line, index) =>
    index === 0 ? paint('dim', title) + line : ' '.repeat(title.length) + line,
  );
}

function table(timeline: Timeline, page: Page): string[] {
  const rows = timelineRows(timeline, page.endMs, page.paint);
  if (rows.length === 0) return [];
  const label = widest(rows, 'label', MAX_LABEL_CHARACTERS);
  const what = widest(rows, 'what', MAX_WHAT_CHARACTERS);
  const duration = widest(rows, 'duration', page.columns);
  const left = page.columns - ['✓ ', GAP, GAP, GAP].join('').length - label - what - duration;
  const characters = Math.min(MAX_BAR_CHARACTERS, Math.max(MIN_BAR_CHARACTERS, left));
  const scale: TimeScale = { fromMs: timeline.startMs, toMs: page.endMs, characters };
  const lines = rows.flatMap((row) => [line(row, { label, what, duration, scale }, page.paint), ...notes(row, page)]);
  const heading = page.paint('dim', headingOf({ label, what, duration, scale }));
  const legend = timeline.pauses.length > 0 ? `${BAR_LEGEND}  ${PAUSE_LEGEND}` : BAR_LEGEND;
  return ['', heading, ...lines, '', page.paint('dim', `${GAP}${legend}`)];
}

/** Names the columns; above the bars are the two ends of the time axis. */
function headingOf({ label, what, duration, scale }: Columns): string {
  const end = formatDuration(scale.toMs - scale.fromMs);
  const axis = `0${end.padStart(scale.characters - 1)}`;
  return `  ${[HEADINGS.label.padEnd(label), HEADINGS.what.padEnd(what), HEADINGS.duration.padStart(duration), axis].join(GAP)}`;
}

/** Widths of the columns, in characters; that of the bar is part of its scale. */
interface Columns {
  label: number;
  what: number;
  duration: number;
  scale: TimeScale;
}

function line(row: Row, { label, what, duration, scale }: Columns, paint: Paint): string {
  const cells = [
    `${paint(row.style, row.glyph)} ${shorten(row.label, label).padEnd(label)}`,
    paint('dim', shorten(row.what, what).padEnd(what)),
    row.duration.padStart(duration),
    row.bar(scale),
  ];
  return cells.join(GAP).trimEnd();
}

function notes(row: Row, { columns, paint }: Page): string[] {
  const indent = `  ${row.notePrefix}`;
  return row.notes.flatMap((note) =>
    wrap(note, columns - indent.length).map((text) => `${indent}${paint(row.noteStyle, text)}`),
  );
}

function widest(rows: readonly Row[], column: 'label' | 'what' | 'duration', limit: number): number {
  return Math.min(limit, Math.max(HEADINGS[column].length, ...rows.map((row) => row[column].length)));
}
