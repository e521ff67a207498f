// Prints a comparison and checks its goals.
import { FLOOR, OFFICIAL, OURS } from './engines.mjs';

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

/** How near to the floor a contestant must come if the goal lies below it. */
const NEAR_FLOOR = 1.3;

/**
 * Compares the measures with the goals of the scenario.
 * - `goals`: ratios of the subject to the baseline; `goalsOf` has those of other contestants. No engine can meet a goal
 *   below the floor of the same run: then the subject is compared with the floor
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
  const ratios = Object.entries({ [subject]: goals, ...goalsOf }).flatMap(([who, of]) =>
    verdictsOf(who, of, ', ratio', ratio),
  );
  return [
    ...ratios.map((verdict) => (verdict.contestant === subject ? heldToFloor(verdict, measured, base) : verdict)),
    ...verdictsOf(subject, over, ', difference', (own, reference) => own - reference),
    ...verdictsOf(subject, limits, '', (own) => own),
  ];
}

function heldToFloor(verdict, measured, base) {
  const measure = verdict.measure.split(',')[0];
  const floor = measured.get(FLOOR.name)?.[measure] / base[measure];
  return floor > verdict.goal ? { ...verdict, floor, met: verdict.actual <= floor * NEAR_FLOOR } : verdict;
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
  for (const { name, contestant, measure, actual, goal, floor, met } of verdicts) {
    const verdict = met ? (floor ? 'floor ' : 'met   ') : 'MISSED';
    const asked = floor ? `goal ≤ ${goal}, below the floor: ${format(floor)}` : `goal ≤ ${goal}`;
    print(`${verdict}  ${name}: ${contestant}: ${measure} ${format(actual)} (${asked})`);
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
