import type { HistoryEvent } from './match-history.js';
import type { Requirement } from './requirement.js';

/** How a requirement fared. */
export interface Outcome {
  requirement: Requirement;
  status: 'passed' | 'failed' | 'no handler';
  durationMs: number;
  /** What differs, one sentence each; the first differing event before everything else. */
  problems: string[];
  /** What the service recorded. */
  history: HistoryEvent[];
}

export interface Tally {
  passed: number;
  failed: number;
  withoutHandler: number;
}

export function tallyOf(outcomes: readonly Outcome[]): Tally {
  const count = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
  return { passed: count('passed'), failed: count('failed'), withoutHandler: count('no handler') };
}
