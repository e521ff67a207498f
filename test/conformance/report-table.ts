import type { HistoryEvent } from './match-history.js';
import { type Outcome, tallyOf } from './outcome.js';

const MARKS: Record<Outcome['status'], string> = { passed: 'ok', failed: 'FAILED', 'no handler': 'no handler' };

/** The report a person reads: a line for each requirement, then what differs, then the numbers. */
export function renderTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ requirement, status, durationMs }) => [
    requirement.id,
    requirement.suite,
    MARKS[status],
    `${(durationMs / 1000).toFixed(2)} s`,
    firstLine(requirement.description),
  ]);
  const details = outcomes.filter(({ status }) => status === 'failed').map(renderProblems);
  return [...aligned(rows), '', ...details, renderTally(outcomes)].join('\n');
}

function renderProblems({ requirement, problems, history }: Outcome): string {
  const events = history.map((event) => {
    const { EventId, EventType, Name, SubType } = event;
    return `    ${[EventId, EventType, SubType, Name, errorOf(event)].filter((part) => part !== undefined).join(' ')}`;
  });
  const found = problems.map((problem) => `  ${problem}`);
  return [`${requirement.suite}/${requirement.id}`, ...found, '  the history was:', ...events, ''].join('\n');
}

/** What went wrong, when an event tells. */
function errorOf(event: HistoryEvent): string | undefined {
  const details = event[`${event.EventType}Details`] as { Error?: { Payload?: Record<string, string> } } | undefined;
  const error = details?.Error?.Payload;
  return error && `(${error.ErrorType}: ${error.ErrorMessage})`;
}

function renderTally(outcomes: readonly Outcome[]): string {
  const { passed, failed, withoutHandler } = tallyOf(outcomes);
  const missing = withoutHandler > 0 ? [`${withoutHandler} without a handler`] : [];
  return [`${passed} met`, `${failed} not met`, ...missing].join(', ');
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

function aligned(rows: string[][]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
