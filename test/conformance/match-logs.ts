import { type Bindings, asText } from './bindings.js';
import { escapeForPattern, findDifference } from './match-value.js';

/** Fields of a log record: exact values, or `/…/` for a pattern searched in the value as text. */
export type LogMatch = Record<string, unknown>;

export interface ExpectedLog {
  match: LogMatch;
  /** How many records of the whole stream match. @defaultValue at least one */
  count?: number;
  min_count?: number;
  /** Every matching record comes before every record that matches one of these. */
  before?: LogMatch[];
  /** Every matching record comes after every record that matches one of these. */
  after?: LogMatch[];
}

export type LogRecord = Record<string, unknown>;

const PATTERN = /^\/(.*)\/$/s;

/** Reads the JSON records from what a function wrote to standard output; other lines are none. */
export function readLogRecords(output: string): LogRecord[] {
  return output.split('\n').flatMap((line) => {
    try {
      const record: unknown = JSON.parse(line);
      return typeof record === 'object' && record !== null && !Array.isArray(record) ? [record as LogRecord] : [];
    } catch {
      return [];
    }
  });
}

/** @returns a sentence on the first expectation that does not hold, or `undefined` */
export function findLogDifference(
  expected: readonly ExpectedLog[],
  records: readonly LogRecord[],
  bindings: Bindings,
): string | undefined {
  for (const log of expected) {
    const found = positionsOf(log.match, records, bindings);
    const problem = countProblem(log, found.length) ?? orderProblem(log, found, { records, bindings });
    if (problem) return `log ${JSON.stringify(log.match)}: ${problem}`;
  }
  return undefined;
}

function countProblem({ count, min_count: minimum = 1 }: ExpectedLog, found: number): string | undefined {
  if (count !== undefined) return found === count ? undefined : `expected ${count} records, found ${found}`;
  return found >= minimum ? undefined : `expected at least ${minimum} records, found ${found}`;
}

interface Stream {
  records: readonly LogRecord[];
  bindings: Bindings;
}

function orderProblem({ before = [], after = [] }: ExpectedLog, found: number[], stream: Stream): string | undefined {
  const precedes = (left: number, right: number) => left < right;
  const follows = (left: number, right: number) => left > right;
  return (
    anchorProblem(found, before, { ...stream, word: 'before', holds: precedes }) ??
    anchorProblem(found, after, { ...stream, word: 'after', holds: follows })
  );
}

interface Order extends Stream {
  word: string;
  holds: (position: number, anchor: number) => boolean;
}

function anchorProblem(found: number[], anchors: LogMatch[], order: Order): string | undefined {
  for (const anchor of anchors) {
    const positions = positionsOf(anchor, order.records, order.bindings);
    if (positions.length === 0) return `nothing matches its anchor ${JSON.stringify(anchor)}`;
    const isInOrder = found.every((position) => positions.every((other) => order.holds(position, other)));
    if (!isInOrder) return `a record does not come ${order.word} ${JSON.stringify(anchor)}`;
  }
  return undefined;
}

function positionsOf(match: LogMatch, records: readonly LogRecord[], bindings: Bindings): number[] {
  return records.flatMap((record, position) => (isMatch(match, record, bindings) ? [position] : []));
}

function isMatch(match: LogMatch, record: LogRecord, bindings: Bindings): boolean {
  return Object.entries(match).every(([field, expected]) => {
    if (record[field] === undefined) return false;
    const pattern = typeof expected === 'string' ? PATTERN.exec(expected)?.[1] : undefined;
    if (pattern !== undefined) {
      return new RegExp(bindings.substituteInText(pattern, escapeForPattern)).test(asText(record[field]));
    }
    // A copy: a variable that is unbound here would otherwise match the first record and exclude all others.
    return findDifference(expected, record[field], { bindings: bindings.copy() }) === undefined;
  });
}
