import type { HistoryEvent } from 'nestjs-durable-execution';

const WIDTH = 48;
const NAME_WIDTH = 22;

interface Span {
  label: string;
  fromMs: number;
  toMs: number;
  note: string;
}

/** The execution as bars over time: one for each named operation and for each invocation of the function. */
export function timeline(history: HistoryEvent[]): string[] {
  const startMs = history[0]!.at.getTime();
  const spanMs = Math.max(1, history.at(-1)!.at.getTime() - startMs);
  return [...operationSpans(history), ...invocationSpans(history)].map(({ label, fromMs, toMs, note }) => {
    const column = (atMs: number) => Math.min(WIDTH - 1, Math.floor(((atMs - startMs) / spanMs) * WIDTH));
    const bar = ' '.repeat(column(fromMs)) + '█'.repeat(Math.max(1, column(toMs) - column(fromMs) + 1));
    return `  ${label.padEnd(NAME_WIDTH)} ${bar.padEnd(WIDTH)} ${((toMs - fromMs) / 1000).toFixed(2).padStart(6)} s  ${note}`;
  });
}

function operationSpans(history: HistoryEvent[]): Span[] {
  const names = new Set(history.filter(isNamedOperation).map(({ name }) => name!));
  return [...names].map((label) => {
    const own = history.filter((event) => event.name === label);
    const attempts = Math.max(...own.map(({ details }) => details.attempt ?? 0));
    const note = attempts > 1 ? `${attempts} attempts` : '';
    return { label, fromMs: own[0]!.at.getTime(), toMs: own.at(-1)!.at.getTime(), note };
  });
}

function invocationSpans(history: HistoryEvent[]): Span[] {
  const completed = history.filter(({ details }) => details.invocation);
  return completed.map(({ at, details: { invocation, error } }, index) => ({
    label: `invocation ${index + 1}`,
    fromMs: (invocation?.startedAt ?? at).getTime(),
    toMs: (invocation?.endedAt ?? at).getTime(),
    note: error ? `died: ${error.type ?? 'unknown error'}` : '',
  }));
}

function isNamedOperation({ type, name }: HistoryEvent): boolean {
  return name !== undefined && !type.startsWith('Execution');
}
