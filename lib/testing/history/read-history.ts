import { readFile } from 'node:fs/promises';
import { STANDARD_TIMEOUTS } from '../../client/call-timeouts.js';
import { LambdaConnection } from '../../client/lambda-connection.js';
import { historyOf } from './history-of.js';
import type { RecordedEvent } from './operations-of-history.js';

/** A history as GetDurableExecutionHistory gives it, `run.save()` writes it, or `nestjs-durable show --json` prints it. */
export type RecordedHistory = { Events: readonly RecordedEvent[] } | readonly RecordedEvent[];

/** @param history - or the path of a JSON file that holds it, or an ARN to ask for */
export async function readHistory(history: RecordedHistory | string): Promise<readonly RecordedEvent[]> {
  if (typeof history !== 'string') return eventsOf(history);
  if (history.startsWith('arn:')) return historyOf(new LambdaConnection({}, STANDARD_TIMEOUTS), history);
  return eventsOf(JSON.parse(await readFile(history, 'utf8')) as RecordedHistory);
}

function eventsOf(history: RecordedHistory): readonly RecordedEvent[] {
  if (Array.isArray(history)) return history as readonly RecordedEvent[];
  const { Events } = history as { Events?: readonly RecordedEvent[] };
  if (Array.isArray(Events)) return Events;
  throw new TypeError('This is no history: give { Events: […] }, as GetDurableExecutionHistory answers it.');
}
