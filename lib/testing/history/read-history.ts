import { readFile } from 'node:fs/promises';
import { loadLambdaSdk } from '../../client/load-lambda-sdk.js';
import { pages } from '../../client/pages.js';
import type { RecordedEvent } from './operations-of-history.js';

/** The most entries that a page may have. */
const PAGE_ITEMS = 1000;

/** A history as GetDurableExecutionHistory gives it, `run.save()` writes it, or `nestjs-durable show --json` prints it. */
export type RecordedHistory = { Events: readonly RecordedEvent[] } | readonly RecordedEvent[];

/** @param history - or the path of a JSON file that holds it, or an ARN to ask for */
export async function readHistory(history: RecordedHistory | string): Promise<readonly RecordedEvent[]> {
  if (typeof history !== 'string') return eventsOf(history);
  if (history.startsWith('arn:')) return historyOf(history);
  return eventsOf(JSON.parse(await readFile(history, 'utf8')) as RecordedHistory);
}

/** Asks Lambda, to the last page, with the credentials and the region of the environment. */
async function historyOf(arn: string): Promise<readonly RecordedEvent[]> {
  const { LambdaClient, GetDurableExecutionHistoryCommand } = await loadLambdaSdk();
  const client = new LambdaClient({});
  const events: RecordedEvent[] = [];
  try {
    const request = { DurableExecutionArn: arn, IncludeExecutionData: true, MaxItems: PAGE_ITEMS };
    const all = pages<RecordedEvent>(async (Marker) => {
      const page = await client.send(new GetDurableExecutionHistoryCommand({ ...request, Marker }));
      return { items: page.Events ?? [], next: page.NextMarker };
    });
    for await (const event of all) events.push(event);
    return events;
  } finally {
    client.destroy();
  }
}

function eventsOf(history: RecordedHistory): readonly RecordedEvent[] {
  if (Array.isArray(history)) return history as readonly RecordedEvent[];
  const { Events } = history as { Events?: readonly RecordedEvent[] };
  if (Array.isArray(Events)) return Events;
  throw new TypeError('This is no history: give { Events: […] }, as GetDurableExecutionHistory answers it.');
}
