import { readFile } from 'node:fs/promises';
import { STANDARD_TIMEOUTS } from '../../client/call-timeouts.js';
import { LambdaConnection } from '../../client/lambda-connection.js';
import { historyOf } from './history-of.js';
import type { RecordedEvent } from './operations-of-history.js';

/**
 * A history as returned by GetDurableExecutionHistory, written by `run.save()`, or printed by
 * `nestjs-durable show --json`.
 */
export type RecordedHistory = { Events: readonly RecordedEvent[] } | readonly RecordedEvent[];

/** @param history - or the path of a JSON file that contains it, or an ARN whose history is requested */
export async function readHistory(history: RecordedHistory | string): Promise<readonly RecordedEvent[]> {
  if (typeof history !== 'string') return eventsOf(history);
  if (history.startsWith('arn:')) return historyOf(new LambdaConnection({}, STANDARD_TIMEOUTS), history);
  return eventsOf(JSON.parse(await readFile(history, 'utf8')) as RecordedHistory);
}

function eventsOf(history: RecordedHistory): readonly RecordedEvent[] {
  if (Array.isArray(history)) return history as readonly RecordedEvent[];
  const { Events } = history as { Events?: readonly RecordedEvent[] };
  if (Array.isArray(Events)) return Events as readonly RecordedEvent[];
  throw new TypeError('This is not a history: pass { Events: […] }, as GetDurableExecutionHistory returns it.');
}
