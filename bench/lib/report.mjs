// What a comparison says, and whether it is good enough.
import { OFFICIAL, OURS } from './engines.mjs';

const UNITS = {
  wall: 'ms',
  cpu: 'ms',
  total: 'ms',
  init: 'ms',
  first: 'ms',
  memory: 'MB',
  heapGrowth: 'KB',
  kilobytes: 'KB',
};

/**
 * Holds the measures to what the scenario asks of them.
 * - `goals`: ratios of the subject to the baseline; `goalsOf` has those of other contestants
 * - `over`: differences between subject and baseline
 * - `limits`: the subject's own figures
 */
export function judge({ name, goals, goalsOf, over, limits, baseline = OFFICIAL.name, subject = OURS.name }, measured) {
  const base = measured.get(baseline);
  const verdictsOf = (contestant, expected = {}, kind, actualOf) =>
    Object.entries(expected).map(([measure, goal]) => {
      const actual = actualOf(measured.get(contestant)[measure], base?.[measure]);
      return { name, contestant, measure: `${measure}${kind}`, actual, goal, met: actual <= goal };
    });
  const ratio = (own, reference) => own / reference;
  return [
    ...Object.entries({ [subject]: goals, ...goalsOf }).flatMap(([who, of]) => verdictsOf(who, of, ', ratio', ratio)),
    ...verdictsOf(subject, over, ', difference', (own, reference) => own - reference),
    ...verdictsOf(subject, limits, '', (own) => own),
  ];
}

/** A table: a row for each contestant, a column for each measure, with the ratio to the baseline beside it. */
export function printTable(print, { name, baseline = OFFICIAL.name }, measured) {
  const measures = Object.keys([...measured.values()][0]);
  const header = ['', ...measures.map((measure) => (UNITS[measure] ? `${measure} ${UNITS[measure]}` : measure))];
  const rows = [...measured].map(([contestant, figures]) => [
    contestant,
    ...measures.map((measure) => cell(figures[measure], contestant !== baseline && measured.get(baseline)?.[measure])),
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  const line = (row) =>
    `  ${row.map((text, at) => (at ? text.padStart(widths[at]) : text.padEnd(widths[at]))).join('   ')}`.trimEnd();
  print(`\n${name}\n${line(header)}\n${rows.map(line).join('\n')}`);
}

export function printSummary(print, verdicts) {
  print('');
  for (const { name, contestant, measure, actual, goal, met } of verdicts) {
    print(`${met ? 'met   ' : 'MISSED'}  ${name}: ${contestant}: ${measure} ${format(actual)} (goal ≤ ${goal})`);
  }
}

function cell(value, reference) {
  return reference > 0 ? `${format(value)} (${format(value / reference)}×)` : format(value);
}

function format(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
