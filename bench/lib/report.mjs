// What a comparison says, and whether it is good enough.
import { OFFICIAL, OURS } from './engines.mjs';

const UNITS = { wall: 'ms', cpu: 'ms', memory: 'B', heapGrowth: 'B' };

/** Ratios against goals, and our own figures against limits. */
export function judge({ name, goals = {}, limits = {} }, measured) {
  const ours = measured.get(OURS.name);
  const official = measured.get(OFFICIAL.name);
  const ratios = Object.entries(goals).map(([measure, goal]) => {
    const actual = ours[measure] / official[measure];
    return { name, measure: `${measure}, ratio`, actual, goal, met: actual <= goal };
  });
  const absolutes = Object.entries(limits).map(([measure, goal]) => {
    return { name, measure, actual: ours[measure], goal, met: ours[measure] <= goal };
  });
  return [...ratios, ...absolutes];
}

export function printRow(print, { name, goals = {}, limits = {} }, measured) {
  print(`\n${name}`);
  const official = measured.get(OFFICIAL.name);
  for (const [contestant, figures] of measured) {
    const columns = Object.entries(figures).map(([measure, value]) => {
      const ratio = contestant === OFFICIAL.name ? '' : ` (${format(value / official[measure])}×)`;
      return `${measure} ${format(value)}${UNITS[measure] ? ` ${UNITS[measure]}` : ''}${ratio}`;
    });
    print(`  ${contestant.padEnd(10)} ${columns.join('   ')}`);
  }
  const wanted = [...Object.entries(goals).map(([m, g]) => `${m} ≤ ${g}×`), ...Object.entries(limits).map(([m, l]) => `${m} ≤ ${l}`)];
  print(`  ${'goal'.padEnd(10)} ${wanted.join('   ')}`);
}

export function printSummary(print, verdicts) {
  print('');
  for (const { name, measure, actual, goal, met } of verdicts) {
    print(`${met ? 'met   ' : 'MISSED'}  ${name}: ${measure} ${format(actual)} (goal ≤ ${goal})`);
  }
}

function format(value) {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
