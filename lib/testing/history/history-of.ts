import type { LambdaConnection } from '../../client/lambda-connection.js';
import { pages } from '../../client/pages.js';
import type { RecordedEvent } from './operations-of-history.js';

/** The most entries that a page may have. */
const PAGE_ITEMS = 1000;

/** Requests the whole history of an execution from Lambda, with data, as the AWS client returns it. */
export async function historyOf(lambda: LambdaConnection, executionArn: string): Promise<RecordedEvent[]> {
  const request = { DurableExecutionArn: executionArn, IncludeExecutionData: true, MaxItems: PAGE_ITEMS };
  const all = pages<RecordedEvent>('GetDurableExecutionHistory', async (Marker) => {
    const page = await lambda.send((sdk) => new sdk.GetDurableExecutionHistoryCommand({ ...request, Marker }));
    return { items: page.Events ?? [], next: page.NextMarker };
  });
  const events: RecordedEvent[] = [];
  for await (const event of all) events.push(event);
  return events;
}
