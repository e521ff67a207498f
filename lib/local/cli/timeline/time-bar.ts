import type { Paint } from '../terminal-style.js';
import { SpanStatus } from './timeline-model.js';
import type { OperationSpan, Pause, Span } from './timeline-model.js';

/** What happened in a period of time. */
const Stretch = { WORK: '█', FAILED: '×', RETRY: '·', WAITING: '─', PAUSED: '‖', NOTHING: ' ' } as const;
type Stretch = (typeof Stretch)[keyof typeof Stretch];

interface Segment {
  fromMs: number;
  toMs: number;
  stretch: Stretch;
}

/** The period that a bar of a given number of characters shows. */
export interface TimeScale {
  fromMs: number;
  toMs: number;
  characters: number;
}

/** The legend of the bar of pauses. */
export const PAUSE_LEGEND = `${Stretch.PAUSED} paused`;

/** The legend of the other bars. */
export const BAR_LEGEND = `${Stretch.WORK} work  ${Stretch.FAILED} failed  ${Stretch.RETRY} until the next attempt  ${Stretch.WAITING} waiting`;

/** The bar of an operation: its attempts if it does work itself, otherwise the period in which it was open. */
export function operationBar(operation: OperationSpan, scale: TimeScale, paint: Paint): string {
  const open = { fromMs: operation.startMs, toMs: operation.endMs ?? scale.toMs };
  if (!operation.isWork) return draw([{ ...open, stretch: Stretch.WAITING }], scale, paint);
  const attempts = operation.attempts.length > 0 ? operation.attempts : [operation];
  return draw([{ ...open, stretch: Stretch.RETRY }, ...attempts.map((attempt) => work(attempt, scale))], scale, paint);
}

/** The bar of all invocations of an execution. */
export function invocationsBar(invocations: readonly Span[], scale: TimeScale, paint: Paint): string {
  return draw(
    invocations.map((invocation) => work(invocation, scale)),
    scale,
    paint,
  );
}

/** The bar of all pauses of an execution. */
export function pausesBar(pauses: readonly Pause[], scale: TimeScale, paint: Paint): string {
  const segments = pauses.map(({ startMs, endMs = scale.toMs }) => ({ fromMs: startMs, toMs: endMs }));
  return draw(
    segments.map((segment) => ({ ...segment, stretch: Stretch.PAUSED })),
    scale,
    paint,
  );
}

function work({ startMs, endMs, status }: Span, scale: TimeScale): Segment {
  const stretch = status === SpanStatus.FAILED ? Stretch.FAILED : Stretch.WORK;
  return { fromMs: startMs, toMs: endMs ?? scale.toMs, stretch };
}

/** Later segments are drawn over earlier ones; even the shortest takes one character, or it would be invisible. */
function draw(segments: readonly Segment[], { fromMs, toMs, characters }: TimeScale, paint: Paint): string {
  const cells = new Array<Stretch>(characters).fill(Stretch.NOTHING);
  const perMs = characters / Math.max(1, toMs - fromMs);
  const cellAt = (ms: number): number => Math.min(characters - 1, Math.max(0, Math.floor((ms - fromMs) * perMs)));
  for (const segment of segments) {
    const first = cellAt(segment.fromMs);
    const last = Math.max(first, Math.ceil((segment.toMs - fromMs) * perMs) - 1);
    cells.fill(segment.stretch, first, Math.min(characters, last + 1));
  }
  return paintCells(cells.join('').trimEnd(), paint);
}

function paintCells(bar: string, paint: Paint): string {
  return bar.replace(/█+|×+|‖+|[·─]+/g, (run) => {
    if (run.startsWith(Stretch.WORK)) return paint('green', run);
    if (run.startsWith(Stretch.PAUSED)) return paint('yellow', run);
    return run.startsWith(Stretch.FAILED) ? paint('red', run) : paint('dim', run);
  });
}
